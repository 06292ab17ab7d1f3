"""One site in a process of its own, called as a WSGI server calls it, by orders that come in as lines of JSON.

    DJANGO_SETTINGS_MODULE=… python -m project.compare.bench.subject

An order is `{"do": name, …}` with the arguments of the function of that name; the answer is a line of JSON. The site may be
ours or a stock one: nothing here knows which.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from io import BytesIO
from typing import Any

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import get_hashers
from django.core.management import call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connection

Written = list[Any]
"""A request as a client writes it: method, path, headers, body."""
SLOW = 0.005
"""Seconds of CPU time from which a hash counts as slow: those of passwords take a hundred times as long as those that don't."""
FIRST_ASKED = datetime(2026, 1, 1, tzinfo=UTC)


def send(request: Written) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of the answer."""
    method, path, headers, body = request
    path, _, query = path.partition("?")
    payload = (body or "").encode()
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_LENGTH": str(len(payload)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(payload),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    started: list[Any] = []
    answer = application()(environ, lambda status, fields, error=None: started.extend((status, fields)))
    try:
        content = b"".join(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()
    return int(started[0].split()[0]), started[1], content


@cache
def application() -> Any:
    return get_internal_wsgi_application()


def answer(request: Written) -> dict[str, Any]:
    """The whole answer, and what it cost: statements, CPU seconds without slow hashes, and of those."""
    hashes.seconds = 0
    with noted() as seen:
        began = time.process_time()
        status, headers, content = send(request)
        taken = time.process_time() - began
    cost = {"statements": len(seen), "cpu": taken - hashes.seconds, "hash_cpu": hashes.seconds}
    return {"status": status, "headers": headers, "body": content.decode(), "cost": cost}


def work(requests: list[Written], status: int, times: int) -> dict[str, float]:
    """Do so many requests, one after the other. CPU seconds of one without its slow hashes; how many of those it needed.

    Raises RuntimeError at a status that is not the one wanted: a refusal is fast, and worth nothing.
    """
    hashes.seconds = hashes.count = 0
    began = time.process_time()
    for number in range(times):
        found = send(requests[number % len(requests)])[0]
        if found != status:
            raise RuntimeError(f"{requests[number % len(requests)][:2]} answered {found}, not {status}.")
    taken = time.process_time() - began
    per = max(times, 1)
    return {"cpu": (taken - hashes.seconds) / per, "hash_cpu": hashes.seconds / per, "hashes": hashes.count / per}


def share(requests: list[Written], times: int) -> dict[str, float]:
    """Which part of the CPU time of these requests is spent between a credential and its user."""
    from rest_framework.request import Request

    within = 0.0
    authenticate = Request._authenticate  # type: ignore[attr-defined]

    def timed(request: Request) -> None:
        nonlocal within
        began = time.process_time()
        try:
            authenticate(request)
        finally:
            within += time.process_time() - began

    Request._authenticate = timed  # type: ignore[attr-defined]
    began = time.process_time()
    for number in range(times):
        send(requests[number % len(requests)])
    whole = time.process_time() - began
    Request._authenticate = authenticate  # type: ignore[attr-defined]
    return {"share": within / whole}


def statements(request: Written) -> list[str]:
    """The SQL of one request, as the database gets it."""
    with noted() as seen:
        send(request)
    return seen


@contextmanager
def noted() -> Iterator[list[str]]:
    """The SQL of a block, without what begins and ends transactions."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


class Hashes:
    """Counts the hashes that are slow by design, and takes their time. One that calls another is one."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.within = False

    def watch(self) -> None:
        for hasher in {type(hasher) for hasher in get_hashers()}:
            for name in ("encode", "verify"):
                setattr(hasher, name, self._timed(getattr(hasher, name)))

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if self.within:
                return function(*args, **kwargs)
            self.within = True
            began = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                taken = time.process_time() - began
                self.within = False
                if taken > SLOW:
                    self.count += 1
                    self.seconds += taken

        return timed


hashes = Hashes()


def fill(people: dict[str, str], client_id: str, client_secret: str, questions: int) -> None:
    """Make the tables, people with their passwords, one OAuth2 application, and questions of three choices each."""
    call_command("migrate", verbosity=0, interactive=False)
    for username, password in people.items():
        get_user_model()._default_manager.create_user(username, f"{username}@example.com", password)
    if apps.is_installed("oauth2_provider"):
        apps.get_model("oauth2_provider.Application")._default_manager.create(
            name="bench",
            client_id=client_id,
            client_secret=client_secret,
            client_type="confidential",
            authorization_grant_type="password",
        )
    question, choice = apps.get_model("polls.Question"), apps.get_model("polls.Choice")
    for number in range(1, questions + 1):
        asked = FIRST_ASKED + timedelta(days=number)
        made = question._default_manager.create(id=number, question_text=f"Which one is number {number}?", pub_date=asked)
        for text in ("The first", "The second", "The third"):
            choice._default_manager.create(question=made, choice_text=text)


ORDERS: dict[str, Callable[..., Any]] = {"answer": answer, "work": work, "share": share, "statements": statements, "fill": fill}


def main() -> None:
    django.setup()
    hashes.watch()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(ORDERS[order.pop("do")](**order)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
