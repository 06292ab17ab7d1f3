"""A request of the inspector's own, over HTTP to this very site: what comes back is what any client would get."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import requests
from django.conf import settings
from django.http import HttpRequest

from project.compare.lab import clock
from project.errors import API
from project.inspector.recorder import AGENT, NONCE, Record, records

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PATIENCE = 20
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_PATH = re.compile(r"/(?!/)[\x21-\x7e]*", re.ASCII)
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
HOPS = ("host", "content-length", "connection", "transfer-encoding", "expect", "upgrade", "te", "trailer", "keep-alive")
"""What belongs to one connection, and is written anew for another."""


class CannotSend(Exception):
    """The message says what is wrong with the request."""


@dataclass(frozen=True)
class Draft:
    """A request that is ready to go: raises CannotSend for what is none, or would go elsewhere."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise CannotSend(f"The method is one of {', '.join(METHODS)}.")
        if not _PATH.fullmatch(self.path) or len(self.path) > 4000:
            raise CannotSend("The path begins with one slash, and has no spaces or letters that must be encoded.")
        if not (self.path + "/").startswith(API):
            raise CannotSend(f"Requests go to the API alone: {', '.join(API)}.")
        for name, value in self.headers:
            if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
                raise CannotSend(f"The header {name[:50]!r} can't be sent: a name and a value, in one line.")

    def without(self, name: str) -> "Draft":
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() != name.lower()))

    def having(self, name: str, value: str) -> "Draft":
        """The same with one header changed; one that is not there is added."""
        changed = tuple((own, value if own.lower() == name.lower() else old) for own, old in self.headers)
        return replace(self, headers=changed if self.value(name) is not None else (*changed, (name, value)))

    def value(self, name: str) -> str | None:
        return next((value for own, value in self.headers if own.lower() == name.lower()), None)


def draft(fields: Mapping[str, Any]) -> Draft:
    """Out of what a page posted."""
    method, path = fields.get("method"), fields.get("path")
    headers, body = fields.get("headers", {}), fields.get("body", "")
    if not isinstance(method, str) or not isinstance(path, str) or not isinstance(body, str):
        raise CannotSend("method, path and body are texts.")
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise CannotSend("headers is an object of texts.")
    return Draft(method.upper(), path, tuple(headers.items()), body)


def again(record: Record) -> Draft:
    """A recorded request, to be sent once more by the inspector."""
    one = record.exchange
    headers = tuple(pair for pair in one.headers if pair[0].lower() not in (*HOPS, "accept-encoding", "user-agent"))
    return Draft(one.method, one.path, headers, one.body)


def send(page: HttpRequest, request: Draft, step: str | None = None) -> Record:
    """Exactly this request to the site that answers `page`, and the record of it. Redirects are not followed.

    `step` is the one of the story that it is meant as; empty where it is meant as none. Else the recorder finds out.
    """
    nonce = uuid4().hex
    address = f"http://{page.META['SERVER_NAME']}:{page.META['SERVER_PORT']}"
    host = page.get_host().rpartition(":")[0] or page.get_host()
    headers = {name: value for name, value in request.headers if name.lower() not in HOPS}
    if request.value("User-Agent") is None:
        headers["User-Agent"] = AGENT
    headers |= {"Host": f"{host}:{page.META['SERVER_PORT']}", NONCE: nonce if step is None else f"{nonce}:{step}"}
    try:
        prepared = requests.Request(
            request.method, address + request.path, {name: value.encode("latin-1") for name, value in headers.items()}
        ).prepare()
        if request.body:
            prepared.prepare_body(request.body.encode(), None)
        with requests.Session() as session:
            session.trust_env = False
            session.send(prepared, allow_redirects=False, timeout=PATIENCE)
    except (requests.RequestException, ValueError) as error:
        raise CannotSend(f"The request did not get through: {type(error).__name__}.") from error
    record = records.sent(nonce)
    if record is None:
        raise CannotSend("This path is no part of the API, so nothing was recorded.")
    return record


def clock_moves() -> bool:
    """Whether this process has a clock that can be moved: the demo's sites have, a plain `runserver` has not."""
    return bool(getattr(settings, "LAB_KEY", ""))


@contextmanager
def later(than: datetime) -> Iterator[None]:
    """This process lives a little after that moment, for as long as the block runs; whoever asks meanwhile lives there too."""
    before = clock.ahead
    ahead = (than - datetime.now(than.tzinfo)).total_seconds()
    try:
        clock.set(before + max(ahead, 0) + 2)
        yield
    finally:
        clock.set(before)
