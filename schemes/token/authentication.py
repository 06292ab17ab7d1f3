"""The token as a credential: `Authorization: Token …`."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from project.accounts.models import User
from project.prepared import Prepared
from schemes.credential import digest, label, touch
from schemes.token.models import Credential

by_digest = Prepared(lambda digest: Credential.objects.select_related("user").filter(digest=digest))


class Authentication(TokenAuthentication):
    """REST framework's, with tokens that expire, of which a user may have several, and whose digests alone are kept."""

    model = Credential

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        secret = self.read(request)
        if secret is None:
            return None
        credential = self.check(self.find(secret))
        return credential.user, credential

    def read(self, request: Request) -> str | None:
        """The token that the header carries, or None where the header is not ours."""
        word, *rest = get_authorization_header(request).split() or [b""]
        if word.lower() != b"token":
            return None
        if len(rest) != 1:
            raise AuthenticationFailed("Invalid token header: it is the word Token, a space and the token.")
        return rest[0].decode("latin-1")

    def find(self, secret: str) -> Credential:
        """The token with its user, by its digest."""
        credential = by_digest.first(digest=digest(secret))
        if credential is None:
            raise AuthenticationFailed("Invalid token.")
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
    """A new token of 256 random bits, beside those of other devices."""
    secret = secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(seconds=settings.TOKEN_EXPIRE_TIME)
    Credential.objects.create(digest=digest(secret), user=user, expires=expires, label=label(request))
    user_logged_in.send(User, request=request, user=user)
    return {"token": secret, "expires": expires}


def credentials(user: User) -> QuerySet[Credential]:
    return Credential.objects.filter(user=user, expires__gt=timezone.now())


def revoke(credential: Credential) -> None:
    Credential.objects.filter(pk=credential.pk).delete()


def revoke_all(user: User) -> None:
    Credential.objects.filter(user=user).delete()


def expired() -> list[QuerySet[Any]]:
    """What `manage.py prune` deletes."""
    return [Credential.objects.filter(expires__lte=timezone.now()).order_by("expires")]
