"""A few guesses for each of many names from one address (password spraying, CWE-307; ASVS 6.3.1): counted in the cache.

The limit for one name is counted in the database, where no guess is lost. This one is coarse, and beside it: a cache that is
gone must not decide who gets in, so then nothing is counted here, the log says so, and the cache is left alone for a while.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

PAUSE = 10
"""Seconds in which a cache that failed is not asked again: its time-out would be everybody's who signs in."""

_log = logging.getLogger("django.request")
_ask_again = 0.0


class Sprayed:
    """The wrong passwords of one address since the last multiple of LOGIN_COOLOFF seconds, from every node.

    The period is part of the key, so that a counter whose expiry was lost in a race counts against nobody.
    """

    def __init__(self, address: str) -> None:
        now = timezone.now().timestamp()
        period = int(now // settings.LOGIN_COOLOFF)
        self.key = f"guesses:{period}:{hashlib.sha256(address.encode('utf-8', 'replace')).hexdigest()}"
        self.wait = (period + 1) * settings.LOGIN_COOLOFF - now
        """Seconds until the next period."""

    def count(self) -> int:
        """One more; how many it is now. 0 where the cache does not say."""

        def add() -> int:
            cache.add(self.key, 0, 2 * settings.LOGIN_COOLOFF)
            with suppress(ValueError):  # a full cache threw it out
                return cache.incr(self.key)
            return 0

        return _ask(add)

    def counted(self) -> int:
        """How many there are. 0 where the cache does not say."""
        return _ask(lambda: cache.get(self.key, 0))


def _ask(ask: Callable[[], int]) -> int:
    global _ask_again
    if time.monotonic() < _ask_again:
        return 0
    try:
        return ask()
    except (RedisError, OSError) as error:
        _ask_again = time.monotonic() + PAUSE
        _log.error("The cache fails, so guesses are not counted by address: %s", type(error).__name__)
        return 0
