"""The OAuth2 access token as a credential: `Authorization: Bearer …`."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import AccessToken, Grant
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from project.accounts.models import User
from project.prepared import Prepared
from schemes.credential import digest, label, touch
from schemes.oauth2.models import Credential

families = Credential.objects.select_related("access_token", "application", "user")
by_digest = Prepared(lambda digest: families.filter(access_token__token_checksum=digest))


class InsufficientScope(PermissionDenied):
    """403 that names the scope that is missing (RFC 6750, section 3.1)."""

    default_detail = "The access token does not have the scope that this request needs."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.auth_header = f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'


class Service(AnonymousUser):
    """Whoever asks with a token that has no user: an application in its own name (RFC 6749, section 4.4). It is nobody, and
    may read what everybody who is signed in may read."""

    is_authenticated = True  # type: ignore[assignment]


class Authentication(OAuth2Authentication):
    """The toolkit's, read from the header alone (RFC 9700, section 4.3.2), with a user who must still be active."""

    def authenticate(self, request: Request) -> tuple[User | Service, Credential] | None:
        secret = self.read(request)
        if secret is None:
            return None
        credential = self.check(request, self.find(secret))
        return credential.user or Service(), credential

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

    def find(self, secret: str) -> Credential:
        """The family with its access token, application and user, by the token's digest."""
        credential = by_digest.first(digest=digest(secret))
        if credential is None:
            raise AuthenticationFailed("Invalid token.")
        return credential

    def check(self, request: Request, credential: Credential) -> Credential:
        """Whether it still counts, and for this: the scope that the view names, else `read` to read and `write` to change."""
        if credential.user and not credential.user.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        if credential.access_token.is_expired() or credential.expires <= timezone.now():
            raise AuthenticationFailed("Token has expired.")
        if not credential.application.is_usable(request):
            raise AuthenticationFailed("The application is no longer allowed.")
        if not credential.access_token.allows_audience(request.build_absolute_uri(request.path)):
            raise AuthenticationFailed("The token is for another resource.")
        usual = "read" if request.method in SAFE_METHODS else "write"
        scope = getattr(request.parser_context["view"], "scope", usual)
        if not credential.access_token.allow_scopes([scope]):
            raise InsufficientScope(scope)
        touch(credential)
        return credential


def issue(request: HttpRequest, user: User | None, token: AccessToken, family: UUID, code: str | None = None) -> Credential:
    """The family of a first token, beside those of other devices. The toolkit has made the tokens; see `validator.py`."""
    lifetime = timedelta(seconds=settings.OAUTH2_REFRESH_LIFETIME)
    credential = Credential.objects.create(
        token_family=family,
        access_token=token,
        application=token.application,
        user=user,
        scope=token.scope,
        code=code,
        expires=timezone.now() + lifetime if user else token.expires,
        label=label(request),
    )
    if user:
        user_logged_in.send(User, request=request, user=user)
    return credential


def credentials(user: User) -> QuerySet[Credential]:
    return Credential.objects.filter(user=user, expires__gt=timezone.now())


def revoke(credential: Credential) -> None:
    Credential.objects.filter(pk=credential.pk).delete()


def revoke_all(user: User) -> None:
    Credential.objects.filter(user=user).delete()
    Grant.objects.filter(user=user).delete()


def expired() -> list[QuerySet[Any]]:
    """What `manage.py prune` deletes: families, and codes that nobody spent, the oldest first."""
    now = timezone.now()
    return [
        Credential.objects.filter(expires__lte=now).order_by("expires", "pk"),
        Grant.objects.filter(expires__lte=now).order_by("pk"),
    ]
