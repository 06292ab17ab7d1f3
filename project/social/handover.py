"""From the way to a provider and back, which is by session in every profile, to the credential of the active scheme.

The session of a person who came back holds nothing but who they are, for a minute. The sign-in page takes it over by POST,
once, and gets what a sign-in answers: no credential stands in an address, a cookie or a page.
"""

from time import time
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import get_random_string
from social_django.models import DjangoStorage

from project.accounts.models import User
from project.social.refusals import Inactive, NotFinished

WAITING = "hand_over"
SECONDS = 60


def leave(request: HttpRequest, user: User) -> None:
    """A new session that waits for the sign-in page."""
    request.session.flush()
    request.session.set_expiry(SECONDS)
    waiting = {"user": user.pk, "name": user.username, "time": int(time()), "ticket": get_random_string(32)}
    DjangoStorage.nonce.use(WAITING, waiting["time"], waiting["ticket"])
    request.session[WAITING] = waiting


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """Who waits in this session, if anybody still does."""
    found: dict[str, Any] | None = request.session.get(WAITING)
    return found if found and 0 <= time() - found["time"] <= SECONDS else None


def take(request: HttpRequest) -> User:
    """Who waits in this session: the first to ask gets it, and nobody after. Raises NotFinished, or Inactive.

    The row is deleted in one statement: of two at once the database lets one have it.
    """
    found = waiting(request)
    if found is None or not DjangoStorage.nonce.consume(WAITING, found["time"], found["ticket"]):
        raise NotFinished
    user = User.objects.filter(pk=found["user"]).first()
    if user is None or not user.is_active:
        raise Inactive
    return user
