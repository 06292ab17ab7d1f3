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
from schemes.credential import label, touch
from schemes.jwt.models import Family

SKEW = timedelta(seconds=10)
"""How far `iat` is dated back: a server whose clock is behind ours must not think a token comes from the future."""


class Access(AccessToken):
    def set_iat(self, claim: str = "iat", at_time: datetime | None = None) -> None:
        super().set_iat(claim, (at_time or self.current_time) - SKEW)


class Refresh(RefreshToken):
    access_token_class = Access

    def set_iat(self, claim: str = "iat", at_time: datetime | None = None) -> None:
        super().set_iat(claim, (at_time or self.current_time) - SKEW)


class Authentication(JWTAuthentication):
    """simplejwt's, with a family that can be ended: the signature says who wrote the token, the family whether it counts."""

    def authenticate(self, request: Request) -> tuple[User, Family] | None:
        secret = self.read(request)
        if secret is None:
            return None
        family = self.check(self.find(secret))
        return family.user, family

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

    def find(self, secret: str, kind: type[Token] = Access) -> Family:
        """The family with its user, by the claim of a token whose signature, times, issuer and audience are right."""
        try:
            claims = kind(secret)  # type: ignore[arg-type]
        except TokenError as error:
            raise AuthenticationFailed(f"{error}.") from error
        family = Family.objects.select_related("user").filter(pk=claims.get("sid"), user=claims.get("user_id")).first()
        if family is None:
            raise AuthenticationFailed("Token is revoked.")
        family.claims = claims
        return family

    def check(self, family: Family) -> Family:
        """Whether it still counts."""
        if not family.user.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        if family.expires <= timezone.now():
            raise AuthenticationFailed("Token has expired.")
        touch(family)
        return family


def issue(request: HttpRequest, user: User) -> dict[str, Any]:
    """A new family, beside those of other devices, and its first pair."""
    expires = timezone.now() + timedelta(seconds=settings.JWT_REFRESH_LIFETIME)
    family = Family.objects.create(jti=uuid4().hex, user=user, expires=expires, label=label(request))
    user_logged_in.send(User, request=request, user=user)
    return _pair(family)


def renew(request: HttpRequest, secret: str) -> dict[str, Any]:
    """A new pair for a refresh token, once (RFC 9700, section 4.14.2; ASVS 10.4.5).

    One atomic statement decides who comes first. Whoever comes second holds a copy, and nobody can tell which of the two is
    the thief: the family ends.
    """
    authentication = Authentication()
    family = authentication.check(authentication.find(secret, Refresh))
    used, family.jti = family.claims["jti"], uuid4().hex
    if not Family.objects.filter(pk=family.pk, jti=used).update(jti=family.jti, last_used=timezone.now()):
        revoke(family)
        log("refresh token replayed", request, family.user_id, family=family.pk)
        raise AuthenticationFailed("Token was used before: its sign-in is ended.")
    log("refreshed", request, family.user_id, family=family.pk)
    return _pair(family)


def _pair(family: Family) -> dict[str, str]:
    """Both tokens of a family, neither of which outlives it."""
    refresh = Refresh()
    refresh["jti"], refresh["sid"], refresh["user_id"] = family.jti, family.pk, str(family.user_id)
    refresh.set_exp(from_time=family.expires, lifetime=timedelta())
    access = refresh.access_token
    access["exp"] = min(access["exp"], refresh["exp"])
    return {"access": str(access), "refresh": str(refresh)}


def credentials(user: User) -> QuerySet[Family]:
    return Family.objects.filter(user=user, expires__gt=timezone.now())


def revoke(family: Family) -> None:
    Family.objects.filter(pk=family.pk).delete()


def revoke_all(user: User) -> None:
    Family.objects.filter(user=user).delete()
