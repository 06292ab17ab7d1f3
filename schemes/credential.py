"""What the rows of every scheme have in common: a digest instead of the secret, a label, the time of last use."""

import hashlib
import logging
from datetime import timedelta

from django.db import InternalError, OperationalError, models, transaction
from django.http import HttpRequest
from django.utils import timezone

FIVE_MINUTES = timedelta(minutes=5)

_log = logging.getLogger("schemes")


def digest(secret: str) -> str:
    """SHA-256 in hex. Enough for random secrets of 128 bits and more; a lookup by it has no prefix to time (ASVS 11.2.4)."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def label(request: HttpRequest) -> str:
    """By what a person recognises a device: the User-Agent of its sign-in."""
    return "".join(c for c in request.META.get("HTTP_USER_AGENT", "") if c.isprintable())[:200]


def touch(row: models.Model) -> None:
    """Note that `row` was used; at most every five minutes, so that reading stays reading.

    A database that can't be written leaves it at that: whoever only reads is not turned away for it.
    """
    now = timezone.now()
    if now - row.last_used < FIVE_MINUTES:  # type: ignore[attr-defined]
        return
    try:
        with transaction.atomic():  # a statement that failed would end a transaction around it
            type(row)._default_manager.filter(pk=row.pk).update(last_used=now)
    except (OperationalError, InternalError) as error:
        _log.warning("The last use of a credential could not be noted: %s", type(error).__name__)
