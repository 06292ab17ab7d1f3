"""The JWT as a credential: `Authorization: Bearer …`."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from project.accounts.events import log
from project.accounts.models import User
from project.prepared import Prepared
from schemes.credential import label, touch
from schemes.jwt import keys
from schemes.jwt.models import Credential

SKEW = timedelta(seconds=10)
"""How far `iat` is dated back: a server whose clock is behind ours must not think a token comes from the future."""

by_id = Prepared(lambda sid: Credential.objects.select_related("user").filter(pk=sid))


class Access(AccessToken):
    _token_backend = keys.access

    def set_iat(self, claim: str = "iat", at_time: datetime | None = None) -> None:
        super().set_iat(claim, (at_time or self.current_time) - SKEW)


class Refresh(RefreshToken):
    _token_backend = keys.refresh
    access_token_class = Access

    def set_iat(self, claim: str = "iat", at_time: datetime | None = None) -> None:
        super().set_iat(claim, (at_time or self.current_time) - SKEW)


class Authentication(JWTAuthentication):
    """simplejwt's, with a family that can be ended: the signature says who wrote the token, the family whether it counts."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:  # type: ignore[override]
        secret = self.read(request)
        if secret is None:
            return None
        credential = self.check(self.find(secret))
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        """The challenge; it says when a token was sent and refused (RFC 6750, section 3.1)."""
        sent = get_authorization_header(request).lower().startswith(b"bearer")
        return 'Bearer realm="api"' + (', error="invalid_token"' if sent else "")

    def read(self, request: Request) -> str | None:
        """The token that the header carries, or None where the header is not ours."""
        word, *rest = get_authorization_header(request).split() or [b""]
        if word.lower() != b"bearer":
            return None
        if len(rest) != 1:
            raise AuthenticationFailed("Invalid token header: it is the word Bearer, a space and the token.")
        return rest[0].decode("latin-1")

    def find(self, secret: str, kind: type[Token] = Access) -> Credential:
        """The family with its user, by the claim of a token whose signature, times, issuer and audience are right."""
        try:
            claims = kind(secret)  # type: ignore[arg-type]
            sid, user_id = int(str(claims["sid"])), int(str(claims["user_id"]))
        except (TokenError, KeyError, OSError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise AuthenticationFailed(f"{error}." if isinstance(error, TokenError) else "Token is invalid.") from error
        credential = by_id.first(sid=sid)
        if credential is None or credential.user_id != user_id:
            raise AuthenticationFailed("Token is revoked.")
        credential.claims = claims
        return credential

    def check(self, credential: Credential) -> Credential:
        """Whether it still counts."""
        if not credential.user.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        if credential.expires <= timezone.now():
            raise AuthenticationFailed("Token has expired.")
        touch(credential)
        return credential


def issue(request: HttpRequest, user: User) -> dict[str, Any]:
    """A new family, beside those of other devices, and its first pair."""
    expires = timezone.now() + timedelta(seconds=settings.JWT_REFRESH_LIFETIME)
    credential = Credential.objects.create(jti=uuid4().hex, user=user, expires=expires, label=label(request))
    user_logged_in.send(User, request=request, user=user)
    return _pair(credential)


def renew(request: HttpRequest, secret: str) -> dict[str, Any]:
    """A new pair for a refresh token, once (RFC 9700, section 4.14.2; ASVS 10.4.5).

    One atomic statement decides who comes first. Whoever comes second holds a copy, and nobody can tell which of the two is
    the thief: the family ends.
    """
    authentication = Authentication()
    credential = authentication.check(authentication.find(secret, Refresh))
    used, credential.jti = credential.claims["jti"], uuid4().hex
    if not Credential.objects.filter(pk=credential.pk, jti=used).update(jti=credential.jti, last_used=timezone.now()):
        revoke(credential)
        log("refresh token replayed", request, credential.user_id, family=credential.pk)
        raise AuthenticationFailed("Token was used before: its sign-in is ended.")
    log("refreshed", request, credential.user_id, family=credential.pk)
    return _pair(credential)


def _pair(credential: Credential) -> dict[str, str]:
    """Both tokens of a family, neither of which outlives it."""
    refresh = Refresh()
    refresh["jti"], refresh["sid"], refresh["user_id"] = credential.jti, credential.pk, str(credential.user_id)
    refresh.set_exp(from_time=credential.expires, lifetime=timedelta())
    access = refresh.access_token
    access["exp"] = min(access["exp"], refresh["exp"])
    return {"access": str(access), "refresh": str(refresh)}


def credentials(user: User) -> QuerySet[Credential]:
    return Credential.objects.filter(user=user, expires__gt=timezone.now())


def revoke(credential: Credential) -> None:
    Credential.objects.filter(pk=credential.pk).delete()


def revoke_all(user: User) -> None:
    Credential.objects.filter(user=user).delete()


def expired() -> list[QuerySet[Any]]:
    """What `manage.py prune` deletes."""
    return [Credential.objects.filter(expires__lte=timezone.now()).order_by("expires")]
