"""Sites as they are deployed, but on loopback, and with what the faults of this folder need."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from project.compare.servers import Site, free_ports, start
from tests.conftest import HURRY, Sites
from tests.faults.crowd import ROWS

DEPLOYED = {"DEBUG": "0", "LAB": "1", "SECRET_KEY": "s" * 64, "JWT_SIGNING_KEY": "j" * 64}


@pytest.fixture
def serve(sites: Sites):
    """Starts a site with a database of its own, as `make serve` does; all of them end with the test."""
    started = []

    def serve(profile: str = "token", workers: int = 2, quick: bool = True, **environment: str) -> Site:
        database = {"DATABASE_URL": sites.database.copy()}
        environment = DEPLOYED | database | (HURRY if quick else {}) | environment
        site = start(profile, next(free_ports()), environment, workers=workers)
        started.append(site)
        site.wait()
        return site

    yield serve
    for site in started:
        site.stop()


@pytest.fixture
def ask() -> Callable[..., list[tuple]]:
    """Asks, or tells, the SQLite file of a site."""

    def ask(site: Site, *statements: str) -> list[tuple]:
        with closing(sqlite3.connect(site.environment["DATABASE_URL"].removeprefix("sqlite:///"), timeout=20)) as file, file:
            return [row for statement in statements for row in file.execute(statement).fetchall()]

    return ask


@pytest.fixture
def votes(ask):
    """What `check_votes` wants."""
    return lambda site: (ask(site, ROWS[0]), dict(ask(site, ROWS[1])))
