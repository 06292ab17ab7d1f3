"""The sites that are measured: our four profiles as they are deployed, the stock peers, and the floor.

`Bench` makes their databases; `Running` is one of them in a process of its own, under callgrind or not.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from http.cookies import SimpleCookie
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import requests
from requests.cookies import cookiejar_from_dict

from project.compare.client import Client, Written
from project.compare.laboratory import PASSWORD
from project.compare.servers import HOST, ROOT
from schemes import SCHEMES
from schemes.contract import FORM, Scheme, Step
from schemes.session.steps import dialogue
from schemes.story import DEMO, READ, card

FLOOR = "floor"
LIST = "/polls/api/questions/"
QUESTIONS = 20
CALLGRIND = ("valgrind", "-q", "--tool=callgrind", "--instr-atstart=no")
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "DEBUG": "0",
    "LAB": "1",
    "HTTPS": "0",
    "SECRET_KEY": "bench" * 16,
    "JWT_SIGNING_KEY": "bench-jwt" * 8,
    "CACHE_URL": "",
    "PUBLIC_URL": "",
    "ALLOWED_HOSTS": "",
}
"""As deployed, but over plain HTTP. The keys are nobody's: the databases are made for the run and end with it."""


class Wrong(Exception):
    """A site does not answer as it must, so it is not measured; the message says what it answered."""


@dataclass(frozen=True)
class Peer:
    """One library as its documentation sets it up, and the profile of ours that it is to be compared with."""

    name: str
    title: str
    beside: str
    scheme: Scheme


@cache
def peers() -> dict[str, Peer]:
    """The stock peers that are installed, by name."""
    session = dialogue("")
    token, knox = card("token-stock"), "Authorization: Basic {basic}"
    assert session.login is not None
    assert token.login is not None
    found = [
        Peer(
            "drf-session",
            "REST framework's SessionAuthentication",
            "session",
            replace(
                session,
                before=Step("GET", "/auth/login/", "", keep={"csrftoken": "cookie csrftoken"}),
                login=replace(session.login, content_type=FORM, status=302),
            ),
        ),
        Peer("drf-token", "REST framework's TokenAuthentication", "token", token),
        Peer(
            "knox",
            "django-rest-knox",
            "token",
            replace(token, login=replace(token.login, headers=dict([knox.split(": ", 1)]), body={})),
        ),
        Peer("simplejwt", "djangorestframework-simplejwt", "jwt", card("jwt-stock")),
        Peer("toolkit", "django-oauth-toolkit", "oauth2", card("oauth2-stock")),
    ]
    return {peer.name: peer for peer in found if peer.name != "knox" or find_spec("knox")}


def scheme(name: str) -> Scheme:
    """How the site of this name is spoken to. The floor asks nobody who they are."""
    if name == FLOOR:
        return replace(card("token"), name=FLOOR, read={}, write={}, before=None, login=None)
    return card(name) if name in SCHEMES else peers()[name].scheme


def environment(name: str, database: Path) -> dict[str, str]:
    if name in SCHEMES:
        ours = {"DJANGO_SETTINGS_MODULE": "project.settings", "AUTH_PROFILE": name, "DATABASE_URL": f"sqlite:///{database}"}
        return ENVIRONMENT | ours
    return ENVIRONMENT | {"DJANGO_SETTINGS_MODULE": "tests.peers.settings", "PEER": name, "PEER_DATABASE": str(database)}


class Running:
    """A site in a process of its own that does one order after the other (see `subject`)."""

    def __init__(self, name: str, environment: Mapping[str, str], callgrind: Path | None = None) -> None:
        self.name = name
        self.counts = callgrind
        """Where callgrind writes its counts, if it runs under it."""
        self.dumps = 0
        self.said = tempfile.TemporaryFile("w+")  # noqa: SIM115  a pipe that nobody reads is full one day
        command = [*CALLGRIND, f"--callgrind-out-file={callgrind}"] if callgrind else []
        self.process = subprocess.Popen(
            [*command, sys.executable, "-m", "project.compare.bench.subject"],
            cwd=ROOT,
            env=os.environ | dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            text=True,
        )

    def do(self, order: str, **arguments: Any) -> Any:
        """Raises Wrong where the site can't do it, with its last words."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"do": order, **arguments}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Wrong(f"{self.name}: {self.last_words()}")
        return json.loads(line)

    def last_words(self) -> str:
        self.process.kill()
        self.process.wait()
        self.said.seek(0)
        return (self.said.read().strip().splitlines() or ["it ended without a word"])[-1]

    def instructions(self, **arguments: Any) -> int:
        """CPU instructions in user space that an order of work takes, those of the order itself included."""
        self._control("--instr=on")
        self.do("work", **arguments)
        self._control("--instr=off")
        self._control("--dump=bench")
        self.dumps += 1
        dump = Path(f"{self.counts}.{self.dumps}")
        found = next(line for line in dump.read_text().splitlines() if line.startswith("totals:"))
        return int(found.split()[1])

    def _control(self, command: str) -> None:
        try:
            subprocess.run(["callgrind_control", command, str(self.process.pid)], check=True, capture_output=True, timeout=60)  # noqa: S607
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise Wrong(f"{self.name}: callgrind_control does not reach it; it needs ptrace. {error}") from error

    def stop(self) -> None:
        """Politely, so that SQLite puts everything into the one file."""
        try:
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        self.said.close()


class Caller(Client):
    """A client of a running subject: what it sends goes through the pipe instead of over the network."""

    def __init__(self, running: Running, scheme: Scheme) -> None:
        super().__init__(f"http://{HOST}", scheme)
        self.running = running
        self.cost: dict[str, float] = {}
        """What the last request cost; see `subject.answer`."""

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, data: str | None = None, **options: Any
    ) -> requests.Response:
        found = self.running.do("answer", request=[method, path, dict(headers or {}), data])
        self.cost = found["cost"]
        response = requests.Response()
        response.status_code = found["status"]
        response._content = found["body"].encode()
        cookies = [SimpleCookie(value) for name, value in found["headers"] if name == "Set-Cookie"]
        response.cookies = cookiejar_from_dict({name: one.value for cookie in cookies for name, one in cookie.items()})
        return response


@dataclass(eq=False)
class Prepared:
    """A site that runs, has signed somebody in and answers as it must; and the requests that will be repeated."""

    running: Running
    bodies: dict[str, str]
    requests: dict[str, list[Written]]
    status: dict[str, int]
    credential_bytes: int = 0

    @property
    def name(self) -> str:
        return self.running.name

    def work(self, kind: str, times: int) -> dict[str, Any]:
        return {"requests": self.requests[kind], "status": self.status[kind], "times": times}


def prepare(running: Running, scheme: Scheme, sign_ins: int = 1, **who: str) -> Prepared:
    """Sign in so often, and ask once for what will be measured. Raises Wrong where an answer is not the one wanted.

    `who` are variables of the card, `username` and `password` for one, where it is not alice who signs in.
    """
    kinds: dict[str, list[Written]] = {"read": [], "list": []}
    status = {"read": 200, "list": 200}
    client = Caller(running, scheme)
    for _ in range(sign_ins if scheme.login else 1):
        client = Caller(running, scheme)
        client.variables |= who
        if scheme.login:
            if scheme.before:
                client.do(scheme.before)
            kinds["login"], status["login"] = [client.written(scheme.login)], scheme.login.status
            answer = client.do(scheme.login)
            if not client.signed_in:
                raise Wrong(f"{running.name}: the sign-in answers {answer.status_code}: {answer.text[:200]}")
        kinds["read"].append(client.written(Step("GET", READ, "", scheme.read)))
        kinds["list"].append(client.written(Step("GET", LIST, "", scheme.read)))
    bodies = {}
    for kind in ("read", "list"):
        method, path, headers, _ = kinds[kind][0]
        answer = client.send(method, path, headers)
        if answer.status_code != 200:
            raise Wrong(f"{running.name}: {path} answers {answer.status_code}: {answer.text[:200]}")
        bodies[kind] = answer.text
    sent = sum(len(f"{name}: {value}\r\n") for name, value in kinds["read"][0][2].items())
    return Prepared(running, bodies, kinds, status, sent)


def same(floor: Prepared, site: Prepared) -> None:
    """Raises Wrong unless the site answers byte for byte what the floor answers."""
    for kind, wanted in floor.bodies.items():
        if site.bodies[kind] != wanted:
            raise Wrong(f"{site.name}: its {kind} is not the floor's.\n{site.bodies[kind][:300]}\n{wanted[:300]}")


class Bench:
    """`with Bench() as bench:` a filled database for our profiles and one for each peer, of which sites have copies."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self.started: list[Running] = []
        self.copies = count(1)
        self.filling = Lock()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *error: object) -> None:
        for running in self.started:
            running.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> Path:
        """A copy for the site of this name: two people, one OAuth2 application, 20 questions."""
        filled = self.folder / ("ours" if name in SCHEMES else name)
        with self.filling:
            if not filled.exists():
                people = {DEMO["username"]: DEMO["password"], "student01": PASSWORD}
                client = {key: DEMO[key] for key in ("client_id", "client_secret")}
                with self.running(name, filled) as running:
                    running.do("fill", people=people, questions=QUESTIONS, **client)
        return Path(shutil.copy(filled, f"{filled}-{next(self.copies)}"))

    def start(self, name: str, database: Path, callgrind: bool = False, **changed: str) -> Running:
        counts = self.folder / f"callgrind-{next(self.copies)}" if callgrind else None
        running = Running(name, environment(name, database) | changed, counts)
        self.started.append(running)
        return running

    @contextmanager
    def running(self, name: str, database: Path, callgrind: bool = False) -> Iterator[Running]:
        running = self.start(name, database, callgrind)
        try:
            yield running
        finally:
            running.stop()
            self.started.remove(running)

    def prepared(self, names: Sequence[str], callgrind: bool = False) -> Iterator[Prepared]:
        """One site after the other."""
        for name in names:
            yield prepare(self.start(name, self.database(name), callgrind), scheme(name))
