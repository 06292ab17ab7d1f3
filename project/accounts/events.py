"""What happens to accounts and credentials, one structured line each (ASVS 16.3). Never a secret, never what was typed.

A line is `{"time", "level", "event", "profile", "address", "user", ...}`; `user` is the account's id, or null.
"""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from project.accounts.address import client_address

_log = logging.getLogger("events")


def log(event: str, request: HttpRequest | None, user_id: int | None = None, **facts: Any) -> None:
    """Write one line. `facts` are ids and reasons in words, not credentials."""
    address = client_address(request) if request is not None else None
    _log.info(event, extra={"profile": settings.AUTH_PROFILE, "address": address, "user": user_id, **facts})


def signed_in(sender: type, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Django's `user_logged_in`, sent by every scheme and by the admin."""
    log("signed in", request, user.pk)


def signed_out(sender: type, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Django's `user_logged_out`, sent where a session ends: in the API, on the page, in the admin."""
    if user is not None:
        log("signed out", request, user.pk)
