"""What a site has in the laboratory and nowhere else: a clock that can be moved, a record of its work, an open door.

See `project.compare.settings`, the only place that switches it on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from secrets import compare_digest
from threading import Lock, local
from typing import Any

import time_machine
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from schemes.story import DEMO

KEY, CLOCK = "X-Lab-Key", "X-Lab-Clock"
TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Clock:
    """Time as this process sees it: real, or ahead by some seconds. It goes on ticking."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.lock = Lock()
        self.traveller: Any = None

    def set(self, ahead: float) -> None:
        with self.lock:
            if self.traveller:
                self.traveller.stop()
                self.traveller = None
            if ahead:
                self.traveller = time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True)
                self.traveller.start()
            self.ahead = ahead


clock = Clock()


@dataclass
class Work:
    """What one request cost: seconds and statements, and how much of both went into authentication."""

    began: float
    database: float = 0.0
    queries: int = 0
    authentication: float = 0.0
    authentication_queries: int = 0

    def execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Django's hook around every statement."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.database += time.perf_counter() - began
            self.queries += not sql.startswith(TRANSACTIONS)

    def __str__(self) -> str:
        """As the header `Server-Timing` has it (W3C): durations in milliseconds."""
        total = time.perf_counter() - self.began
        return (
            f'auth;dur={self.authentication * 1000:.3f};desc="{self.authentication_queries}", '
            f'db;dur={self.database * 1000:.3f};desc="{self.queries}", total;dur={total * 1000:.3f}'
        )


class Lab:
    """For requests that know the key: moves the clock before they are answered, and says what answering them cost."""

    working = local()

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.authenticate = Request._authenticate  # type: ignore[attr-defined]
        Request._authenticate = lambda request: self.timed(request)  # type: ignore[attr-defined]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not compare_digest(request.headers.get(KEY, "").encode(), settings.LAB_KEY.encode()):
            return self.get_response(request)
        if CLOCK in request.headers:
            clock.set(float(request.headers[CLOCK]))
            return HttpResponse(status=204)
        work = self.working.now = Work(time.perf_counter())
        try:
            with connection.execute_wrapper(work.execute):
                response = self.get_response(request)
        finally:
            self.working.now = None
        response["Server-Timing"] = str(work)
        return response

    def timed(self, request: Request) -> None:
        """REST framework's one place where a credential becomes a user."""
        work: Work | None = getattr(self.working, "now", None)
        if work is None:
            return self.authenticate(request)
        began, queries = time.perf_counter(), work.queries
        try:
            return self.authenticate(request)
        finally:
            work.authentication += time.perf_counter() - began
            work.authentication_queries += work.queries - queries


class QuickHasher(Argon2PasswordHasher):
    """Argon2 that is no longer slow: for verdicts that do not depend on it. A sign-in costs a hundredth."""

    time_cost, memory_cost, parallelism = 1, 64, 1


class Everybody(BaseAuthentication):
    """The floor: whoever asks is alice, and nothing is looked up."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        return alice(), None


@lru_cache
def alice() -> Any:
    return get_user_model()._default_manager.get_by_natural_key(DEMO["username"])
