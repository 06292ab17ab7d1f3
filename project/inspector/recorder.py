"""Every request to the API, from any client, with its answer and the reason for it: the newest of them, in memory.

Under DEBUG alone: what is kept has secrets in it. A restart forgets all, and has a new `epoch`, so that a page notices.
"""

import logging
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from project.compare.lab import TRANSACTIONS
from project.errors import is_api
from project.exchange import Exchange, Headers
from project.inspector import reasons, steps
from project.inspector.reasons import Reason

MOST = 200
LONGEST_BODY = 64 * 1024
NONCE = "X-Inspector"
"""By this header the inspector knows its own request again, and the step that it is meant as; it is never shown."""
AGENT = "one-poll-inspector"

CLIENTS = {
    AGENT: "inspector",
    "curl": "curl",
    "httpie": "HTTPie",
    "postmanruntime": "Postman",
    "newman": "newman",
    "bruno": "Bruno",
    "insomnia": "Insomnia",
    "python-requests": "Requests",
    "httpx": "httpx",
    "python-urllib": "urllib",
    "httpyac": "httpyac",
    "powershell": "PowerShell",
    "wget": "Wget",
    "node": "Node",
    "undici": "Node",
    "mozilla": "browser",
}
"""What a User-Agent has in it -> who that is. The first that fits."""
SPELLED = {"X-Csrftoken": "X-CSRFToken", "Dnt": "DNT", "Te": "TE", "Sec-Gpc": "Sec-GPC", "Www-Authenticate": "WWW-Authenticate"}
"""Where capital letters stand elsewhere than at the beginning of a word; WSGI does not tell."""


@dataclass(frozen=True)
class Statement:
    """One SQL statement, with placeholders: never its parameters."""

    sql: str
    milliseconds: float


@dataclass(frozen=True)
class Record:
    """One request, one answer, and why. `nonce` is of a request that the inspector itself sent."""

    id: int
    time: datetime
    client: str
    step: str
    exchange: Exchange
    statements: tuple[Statement, ...]
    reason: Reason
    nonce: str = ""


class Records:
    """The newest records. Safe in threads; `epoch` names this process."""

    def __init__(self) -> None:
        self.epoch = uuid4().hex
        self._lock = Lock()
        self._kept: deque[Record] = deque(maxlen=MOST)
        self._last = 0
        self._places: dict[str, int] = {}

    def keep(self, record: Record, agent: str) -> Record:
        """With its number, and the step of the story that this client has come to, or that the inspector said it is."""
        nonce, said, step = record.nonce.partition(":")
        with self._lock:
            self._last += 1
            if not said:
                place = steps.place(record.exchange, self._places.get(agent, 0))
                step = steps.name(place)
                if place is not None:
                    self._places[agent] = place
            record = replace(record, id=self._last, step=step, nonce=nonce)
            self._kept.append(record)
            return record

    def after(self, last: int) -> list[Record]:
        """Oldest first."""
        with self._lock:
            return [record for record in self._kept if record.id > last]

    def get(self, id_: int) -> Record | None:
        return next((record for record in self.after(id_ - 1) if record.id == id_), None)

    def sent(self, nonce: str) -> Record | None:
        return next((record for record in self.after(0) if record.nonce == nonce), None)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._places.clear()


records = Records()

_log = logging.getLogger("django.request")


class Recorder:
    """Outermost: sees each request before anything was done with it, and each answer when nothing will be done any more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.get_full_path()
        nonce = request.META.pop(f"HTTP_{NONCE.upper().replace('-', '_')}", "")
        statements: list[Statement] = []
        began = time.perf_counter()
        with connection.execute_wrapper(_listening(statements)):
            response = self.get_response(request)
        milliseconds = (time.perf_counter() - began) * 1000
        if is_api(request):
            try:
                keep(request, response, path, statements, milliseconds, nonce)
            except Exception:  # an answer never fails for want of a record
                _log.exception("The inspector could not record an answer")
        return response


def keep(
    request: HttpRequest, response: HttpResponse, path: str, statements: list[Statement], milliseconds: float, nonce: str
) -> None:
    exchange = Exchange(
        method=str(request.method),
        path=path,
        headers=tuple(sent(request.META)),
        body=_text(getattr(request, "_body", b"")),
        status=response.status_code,
        answer_headers=_answered(response),
        answer_body="" if response.streaming else _text(response.content),
        milliseconds=milliseconds,
    )
    agent = request.META.get("HTTP_USER_AGENT", "")
    why = reasons.reason(request, response, exchange)
    records.keep(Record(0, timezone.now(), client(agent), "", exchange, tuple(statements), why, nonce), agent)


def client(agent: str) -> str:
    """Who asks, by the User-Agent."""
    for part, name in CLIENTS.items():
        if part in agent.lower():
            return name
    return re.split(r"[/\s(]", agent.strip())[0][:30] or "somebody"


def sent(meta: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The headers of a request, out of what WSGI made of them. A server may mix the environment of its process in."""
    for name, value in meta.items():
        if name.startswith("HTTP_") and os.environ.get(name) != value:
            word = name.removeprefix("HTTP_")
        elif name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            word = name
        else:
            continue
        spelled = word.replace("_", "-").title()
        yield SPELLED.get(spelled, spelled), str(value)


def _answered(response: HttpResponse) -> Headers:
    cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
    return tuple((name, str(value)) for name, value in [*response.items(), *cookies])


def _text(body: bytes) -> str:
    text = body[:LONGEST_BODY].decode("utf-8", "replace")
    return f"{text}\n… {len(body) - LONGEST_BODY} more bytes" if len(body) > LONGEST_BODY else text


def _listening(statements: list[Statement]) -> Callable[..., Any]:
    """Django's hook around every statement."""

    def execute(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if not sql.startswith(TRANSACTIONS):
                statements.append(Statement(sql, (time.perf_counter() - began) * 1000))

    return execute
