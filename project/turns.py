"""Work that would take every thread of a server, if it were let: so much at once, so much waiting, and no more."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections
from rest_framework.exceptions import APIException

Result = TypeVar("Result")

AT_THE_DOOR = 0.2
"""Seconds in which a place must become free: a crowd that comes at once passes, a queue does not grow."""
BACKGROUND = 5
"""Unix's niceness of what people wait for anyway: what is quick goes first."""


class Busy(APIException):
    """503 with `Retry-After`: nothing is wrong with the request, and nothing of it was done."""

    status_code = 503
    default_code = "busy"
    default_detail = "Too many are asking for this at once. Try again in a moment."
    wait = 2
    """Seconds after which a client may try again; REST framework makes the header of it."""


class Places:
    """So many at once, each in the thread it has: `with places:`. Raises Busy where none becomes free."""

    def __init__(self, places: int) -> None:
        self.places = threading.BoundedSemaphore(places)

    def __enter__(self) -> None:
        if not self.places.acquire(timeout=AT_THE_DOOR):
            raise Busy

    def __exit__(self, *error: object) -> None:
        self.places.release()


class Turns:
    """A few threads of their own for one kind of work, and a bounded queue in front of them.

    They step back behind whatever is quick. Whoever waits here holds a thread of the server. So a server needs more threads
    than `at_once + waiting` and all other Places together: those left are always free for what is quick.
    """

    def __init__(self, name: str, at_once: int, waiting: int, patience: float) -> None:
        """`patience`: seconds in which work that waits must begin."""
        self.patience = patience
        self.places = Places(at_once + waiting)
        self.threads = ThreadPoolExecutor(at_once, name, _step_back)

    def take(self, work: Callable[[], Result]) -> Result:
        """What `work` returns, or raises. Raises Busy, and then `work` was not begun."""
        with self.places:
            _lend_connections()
            turn = self.threads.submit(work)
            try:
                return turn.result(self.patience)
            except TimeoutError:
                if turn.cancel():
                    raise Busy from None
                return turn.result()


def _step_back() -> None:
    """Linux keeps a niceness for each thread, and gives it to the threads that this one starts."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, BACKGROUND)


def _lend_connections() -> None:
    """Who waits needs no database meanwhile: a connection of a pool goes back to it."""
    for connection in connections.all(initialized_only=True):
        if getattr(connection, "pool", None) and not connection.in_atomic_block:
            connection.close()
