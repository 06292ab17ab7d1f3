"""The session as a credential: a cookie, and beside it a CSRF token on requests that change something."""

from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, login
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from project.accounts.models import User
from schemes.credential import touch
from schemes.session.models import Credential
from schemes.session.store import SessionStore


class Authentication(SessionAuthentication):
    """REST framework's, in one query: it has no challenge, so a refusal is 403 (RFC 9110 knows none for cookies)."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        store = self.read(request)
        if store is None:
            return None
        credential = self.check(request, store, self.find(store))
        return credential.user, credential

    def read(self, request: Request) -> Any:
        """The session that the cookie names; nothing is loaded yet."""
        return request._request.session if settings.SESSION_COOKIE_NAME in request.COOKIES else None

    def find(self, store: SessionStore) -> Credential:
        """The session with its user, by the digest of its key."""
        store.get(HASH_SESSION_KEY)
        if store.row is None or store.row.user is None:
            raise AuthenticationFailed("Session ended or expired.")
        return store.row

    def check(self, request: Request, store: SessionStore, credential: Credential) -> Credential:
        """Whether it still counts, and whether the browser meant to send it (CWE-352)."""
        if not credential.user.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        if not constant_time_compare(store.get(HASH_SESSION_KEY, ""), credential.user.get_session_auth_hash()):
            raise AuthenticationFailed("Session ended or expired.")
        self.enforce_csrf(request)
        touch(credential)
        return credential


def issue(request: HttpRequest, user: User) -> None:
    """Sign the browser in: a new session id and a new CSRF token, also for one that was signed in (ASVS 7.2.4)."""
    request.session.flush()
    login(request, user)


def credentials(user: User) -> QuerySet[Credential]:
    return Credential.objects.filter(user=user, expire_date__gt=timezone.now())


def revoke(credential: Credential) -> None:
    Credential.objects.filter(pk=credential.pk).delete()


def revoke_all(user: User) -> None:
    Credential.objects.filter(user=user).delete()


def expired() -> list[QuerySet[Any]]:
    """What `manage.py prune` deletes."""
    return [Credential.objects.filter(expire_date__lte=timezone.now()).order_by("expire_date")]
