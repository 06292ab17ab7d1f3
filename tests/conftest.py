"""Users, in-process clients, and live sites: one process a profile, on a database of its own."""

import os
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from project.compare.client import Client
from project.compare.servers import HOST, Site, free_ports, manage, start
from schemes import SCHEMES
from schemes.story import card

HURRY = {"DJANGO_SETTINGS_MODULE": "project.compare.settings", "LAB_KEY": "k" * 40, "LAB_HURRY": "1"}
"""Sites that hash passwords quickly: what is tested over HTTP is not how slow that is."""


class Database:
    """One migrated and seeded database, and copies of it: SQLite files, or databases of the PostgreSQL in DATABASE_URL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = os.environ.get("DATABASE_URL", "")
        self.name = f"seeded_{uuid.uuid4().hex[:12]}"
        self.copies = 0
        if self.server:
            self._execute(f"CREATE DATABASE {self.name}")
        here = {"DEBUG": "1", "DATABASE_URL": self._url(self.name)}
        manage(["migrate", "--no-input", "-v0"], here)
        manage(["seed_demo"], here)

    def copy(self) -> str:
        """The address of a new copy."""
        self.copies += 1
        name = f"{self.name}_{self.copies}"
        if self.server:
            self._execute(f"CREATE DATABASE {name} TEMPLATE {self.name}")
        else:
            shutil.copy(self.folder / self.name, self.folder / name)
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"{self.server.rpartition('/')[0]}/{name}" if self.server else f"sqlite:///{self.folder / name}"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


class Sites:
    """Live sites, started when first asked for, each on a database of its own; ended all at once."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.started: dict[tuple[tuple[str, str], ...], Site] = {}
        self.groups: dict[tuple[str, ...], list[Site]] = {}

    def __call__(self, profile: str, **environment: str) -> Site:
        """The site of `profile` under `environment`; asked twice it is the same."""
        key = tuple(sorted((environment | {"AUTH_PROFILE": profile}).items()))
        if key not in self.started:
            settings = {"DEBUG": "1", "DATABASE_URL": self.database.copy()} | HURRY | environment
            site = self.started[key] = start(profile, next(free_ports()), settings)
            site.wait()
        return self.started[key]

    def beside(self, *profiles: str) -> list[Site]:
        """Sites over one database that know each other's addresses, as the demo starts them; asked twice they are the same."""
        if profiles not in self.groups:
            ports = dict(zip(profiles, free_ports(), strict=False))
            known = ",".join(f"{profile}=http://{HOST}:{port}" for profile, port in ports.items())
            settings = {"DEBUG": "1", "DATABASE_URL": self.database.copy(), "DEMO_SITES": known} | HURRY
            self.groups[profiles] = [start(profile, port, settings) for profile, port in ports.items()]
            for site in self.groups[profiles]:
                site.wait()
        return self.groups[profiles]

    def stop(self) -> None:
        everything = [*self.started.values(), *(site for group in self.groups.values() for site in group)]
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(Site.stop, everything))


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    sites = Sites(Database(tmp_path_factory.mktemp("sites")))
    yield sites
    sites.stop()


@pytest.fixture(params=SCHEMES)
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def site(sites: Sites, profile: str) -> Site:
    """The live site of each profile in turn."""
    return sites(profile)


@pytest.fixture
def client_of(profile: str):
    """Makes a client of a live site that speaks the profile's scheme."""
    return lambda site: Client(site.address, card(profile))


@pytest.fixture
def visitor(site: Site, client_of) -> Client:
    """Somebody who has not signed in."""
    return client_of(site)


@pytest.fixture
def alice(visitor: Client) -> Client:
    """Somebody who has."""
    answer = visitor.login("alice")
    assert visitor.signed_in, answer.text
    return visitor


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one profile go to one worker (`--dist loadgroup`), so that its site is started once."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec and "profile" in callspec.params:
            item.add_marker(pytest.mark.xdist_group(callspec.params["profile"]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where NOTHING_IS_SKIPPED is set (in CI, which has installed everything), a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("NOTHING_IS_SKIPPED") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
