"""Where profiles are examined: each served live, on a database of its own, with a clock that the engine moves.

`Laboratory` starts and ends them. A `Subject` is one of them, as everything that measures or attacks sees it: people with
accounts, an administrator, a stopwatch, a copy of the database. It speaks HTTP, by the scheme's card.
"""

import re
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import requests
from jwcrypto.jwk import JWK

from project.compare import control
from project.compare.client import Client
from project.compare.lab import KEY, QuickHasher
from project.compare.servers import HOST, DoesNotRun, Site, free_ports, manage, start
from schemes import STOCK
from schemes.story import DEMO, card

PASSWORD = "student01-demo-pass"
"""Of everybody who waits in the database: one slow hash for all of them."""
PHRASE = "correct-horse-battery"
"""Of everybody whom it registers."""
STUDENTS = 200
"""People who wait in every database."""
NAMES = ("username", "username_key", "email", "email_key")
"""What is a person's own in a row of the table of accounts."""
TEN_YEARS = 10 * 365 * 24 * 3600
"""Seconds after which what still lives is said to have no end."""
SITE = {"client_id": "demo-site", "redirect_uri": "http://127.0.0.1/social/complete/oidc/"}
"""As what a site is known to its provider: an application of the demo data, with the secret that they all have."""
FLOOR = "open"
"""The name of the site that lets everybody in."""


class Subject:
    """One profile, live. `seen` has every answer since somebody last cleared it."""

    def __init__(self, profile: str, database: Path, environment: Mapping[str, str]) -> None:
        self.profile = profile
        self.scheme = card("session" if profile == FLOOR else profile)
        self.database = database
        self.environment = dict(environment)
        self.seen: list[requests.Response] = []
        self.site: Site | None = None
        self.people = 0
        self.students = iter(range(2, STUDENTS + 1))
        self.provider: Subject | None = None
        """Another site of the same make, whose accounts open this one."""

    @property
    def address(self) -> str:
        assert self.site is not None
        return self.site.address

    @property
    def said(self) -> str:
        """What the site wrote to its log, as far as it is kept."""
        assert self.site is not None
        return "".join(self.site.said)

    def start(self) -> None:
        """Raises DoesNotRun."""
        name = "session" if self.profile == FLOOR else self.profile
        port = self.site.port if self.site else int(self.environment.get("PORT") or next(free_ports()))
        self.site = start(name, port, self.environment)
        self.site.wait()

    def stop(self) -> None:
        if self.site:
            self.site.stop()

    def restart(self, **changed: str) -> None:
        """The same site once more, at the same address, with other settings. Its clock starts where real time is."""
        self.stop()
        self.environment |= changed
        self.start()

    def take_time(self) -> None:
        """From now on passwords are hashed as slowly as in production: for whatever measures or compares times."""
        self.restart(LAB_HURRY="0")

    # People

    def visitor(self) -> Client:
        """Somebody who has not signed in."""
        return Client(self.address, self.scheme, self.seen.append)

    def register(self, **fields: Any) -> requests.Response:
        """A new account; `fields` replace what is usual."""
        self.people += 1
        name = f"person_{self.people}"
        usual = {"username": name, "email": f"{name}@example.com", "password": PHRASE, "password2": PHRASE}
        return self.visitor().send("POST", "/accounts/register/", json=usual | fields)

    def newcomer(self) -> Client:
        """Somebody whom nobody else uses, signed in."""
        person = self.visitor()
        person.login(f"student{next(self.students):02}", PASSWORD).raise_for_status()
        return person

    def device(self, person: Client) -> Client:
        """The same person signs in once more, elsewhere."""
        device = self.visitor()
        device.login(person.variables["username"], person.variables["password"]).raise_for_status()
        return device

    def lets_in(self, username: str, password: str) -> bool:
        """Whether a sign-in with these succeeds. A form answers 200 where it does not, and redirects where it does."""
        step = self.scheme.login or self.scheme.verify
        return self.visitor().login(username, password).status_code == step.status

    @property
    def ids(self) -> dict[str, int]:
        """Name -> number of an account, as an administrator sees them."""
        with self._database() as connection:
            return dict(connection.execute("SELECT username, id FROM accounts_user"))

    # What an administrator does, in Django's admin

    def deactivate(self, person: Client) -> None:
        self._administrate(person, "change/", self._account(person))

    def grant_staff(self, person: Client) -> None:
        self._administrate(person, "change/", self._account(person) | {"is_active": "on", "is_staff": "on"})

    def withdraw_staff(self, person: Client) -> None:
        self._administrate(person, "change/", self._account(person) | {"is_active": "on"})

    def set_password(self, person: Client, password: str) -> None:
        self._administrate(person, "password/", {"usable_password": "true", "password1": password, "password2": password})

    def delete(self, person: Client) -> None:
        self._administrate(person, "delete/", {"post": "yes"})

    def _account(self, person: Client) -> dict[str, str]:
        return control.account_form(person.variables["username"])

    def _administrate(self, person: Client, page: str, form: Mapping[str, str]) -> None:
        control.administrate(self.address, self.ids[person.variables["username"]], page, form)

    def admin_signs_in(self, browser: requests.Session, page: str, *who: str) -> requests.Response:
        """An administrator, or other staff by name and password, signs in to Django's admin, and opens a page of it."""
        return control.admin_signs_in(self.address, browser, page, *who)

    # Time

    def set_clock(self, ahead: float) -> None:
        """The site's time is real time and `ahead` seconds from now on."""
        control.set_clock(self.address, self.environment["LAB_KEY"], ahead)

    @contextmanager
    def ahead(self, seconds: float) -> Iterator[None]:
        """The site's time is `seconds` ahead, for the length of a block."""
        self.set_clock(seconds)
        try:
            yield
        finally:
            self.set_clock(0)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Nobody can write to the database, for the length of a block: whoever wants to waits, as where a disk is slow."""
        with closing(sqlite3.connect(self.database, isolation_level=None, timeout=30)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    # What a request costs, and what is kept

    def cost(self, person: Client, request: Callable[[], requests.Response]) -> dict[str, tuple[float, int]]:
        """What the site says of its work on a request of `person`: part -> (milliseconds, statements)."""
        person.extra = {KEY: self.environment["LAB_KEY"]}
        try:
            answer = request()
        finally:
            person.extra = {}
        found = re.findall(r'(\w+);dur=([\d.]+)(?:;desc="(\d+)")?', answer.headers["Server-Timing"])
        return {part: (float(milliseconds), int(statements or 0)) for part, milliseconds, statements in found}

    def dump(self) -> str:
        """The whole database as text."""
        with self._database() as connection:
            return "\n".join(connection.iterdump())

    def rows(self) -> dict[str, int]:
        """How many rows every table holds."""
        with self._database() as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}

    def weight(self, without: str) -> int:
        """Bytes of all values in all tables but one."""
        tables = [name for name in self.rows() if name != without]
        with self._database() as connection:
            return sum(len(str(value)) for table in tables for row in _all(connection, table) for value in row)

    def strings(self, shortest: int) -> list[tuple[str, str]]:
        """Every string of some length in the database, with its table, each once."""
        with self._database() as connection:
            found = {
                (table, value): None
                for table in self.rows()
                for row in _all(connection, table)
                for value in row
                if isinstance(value, str) and len(value) >= shortest
            }
        return list(found)

    def _database(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True))

    def manage(self, *arguments: str, ahead: int = 0, **changed: str) -> str:
        """Run a management command on this profile and its database, some seconds ahead, or with other settings."""
        return manage(arguments, self.environment | {"AUTH_PROFILE": self.profile, "LAB_CLOCK": str(ahead)} | changed)


def _all(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    yield from connection.execute(f'SELECT * FROM "{table}"')


class Laboratory:
    """`with Laboratory(profiles, tell) as lab:` `lab.subjects` run, `lab.failed` says why others do not; all end with it.

    `tell` is called with a line whenever something is done. With `provider` the sites sign people in with the accounts of one
    more site, over OpenID Connect.
    """

    def __init__(
        self, profiles: list[str], tell: Callable[[str], None] = lambda line: None, provider: bool = False, **environment: str
    ) -> None:
        self.profiles = profiles
        self.tell = tell
        self.folder = Path(tempfile.mkdtemp(prefix="compare-"))
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "project.compare.settings",
            "DEBUG": "0",
            "LAB": "1",
            "LAB_KEY": secrets.token_urlsafe(32),
            "LAB_HURRY": "1",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "JWT_SIGNING_KEY": secrets.token_urlsafe(64),
            "CACHE_URL": "",
            "PUBLIC_URL": "",
            "ALLOWED_HOSTS": "",
        } | environment
        self.subjects: dict[str, Subject] = {}
        self.failed: dict[str, str] = {}
        self.provider = self._provider() if provider else None

    def __enter__(self) -> "Laboratory":
        try:
            self.tell("preparing the databases")
            pool = ThreadPoolExecutor(2)  # an interrupt reaches this thread alone, and so never a process that is just born
            try:
                pool.submit(self._migrate).result()
                needed = [*self.profiles, *([self.provider.profile] if self.provider else [])]
                list(pool.map(self._seed, {self._kind(profile) for profile in needed}))
                if self.provider:
                    shutil.copy(self.folder / f"seeded-{self._kind(self.provider.profile)}", self.provider.database)
                    pool.submit(self.provider.start).result()
                list(pool.map(self._prepare, self.profiles))
            finally:
                pool.shutdown(cancel_futures=True)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def stop(self) -> None:
        """End all sites."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Subject.stop, [*self.subjects.values(), *([self.provider] if self.provider else [])]))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _database(self, name: str) -> dict[str, str]:
        return {"DATABASE_URL": f"sqlite:///{self.folder / name}"}

    @staticmethod
    def _kind(profile: str) -> str:
        """Which profile seeds the database: libraries as they ship keep the application's secret in another way."""
        return STOCK["token"] if profile in STOCK.values() else "session"

    def _provider(self) -> Subject:
        """It has to know its own address before it starts, for that is its name."""
        port = str(next(free_ports()))
        issuer = f"http://{HOST}:{port}"
        key: bytes = JWK.generate(kty="RSA", size=3072).export_to_pem(private_key=True, password=None)
        own = {"PORT": port, "PUBLIC_URL": issuer, "OIDC_ENABLED": "1", "OIDC_RSA_PRIVATE_KEY": key.decode()}
        provider = Subject("oauth2", self.folder / "provider", self.environment | self._database("provider") | own)
        self.environment |= {
            "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": issuer,
            "SOCIAL_AUTH_OIDC_KEY": SITE["client_id"],
            "SOCIAL_AUTH_OIDC_SECRET": DEMO["client_secret"],
        }
        return provider

    def _migrate(self) -> None:
        manage(["migrate", "--no-input", "-v0"], self.environment | self._database("migrated"))

    def _seed(self, kind: str) -> None:
        shutil.copy(self.folder / "migrated", self.folder / f"seeded-{kind}")
        environment = self.environment | self._database(f"seeded-{kind}") | {"AUTH_PROFILE": kind, "LAB_HURRY": "0"}
        manage(["seed_demo", "--students", "1"], environment)
        with closing(sqlite3.connect(self.folder / f"seeded-{kind}")) as connection, connection:
            columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(accounts_user)") if name != "id"]
            quick = QuickHasher().encode(PASSWORD, secrets.token_urlsafe(16))
            connection.execute("UPDATE accounts_user SET password = ? WHERE username = 'student01'", [quick])
            copied = [f"replace({name}, 'student01', :name)" if name in NAMES else name for name in columns]
            insert = f"INSERT INTO accounts_user ({', '.join(columns)}) SELECT {', '.join(copied)} "
            insert += "FROM accounts_user WHERE username = 'student01'"
            connection.executemany(insert, [{"name": f"student{number:02}"} for number in range(2, STUDENTS + 1)])

    def _prepare(self, profile: str) -> None:
        environment = self.environment | self._database(profile) | ({"LAB_OPEN": "1"} if profile == FLOOR else {})
        subject = Subject(profile, self.folder / profile, environment)
        try:
            shutil.copy(self.folder / f"seeded-{self._kind(profile)}", subject.database)
            subject.provider = self.provider
            self.subjects[profile] = subject
            subject.start()
            self.tell(f"{profile} runs")
        except DoesNotRun as error:
            self.failed[profile] = str(error)
            subject.stop()
            del self.subjects[profile]
