"""The database and the cache go away and come back: 503 in seconds, nobody let in, no restart of ours."""

import time

import pytest

from project.compare.client import Client
from project.compare.servers import manage, running
from schemes import SCHEMES
from schemes.story import READ, card
from tests.services.servers import NEEDED, Postgres, Redis, missing, started

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(bool(missing()), reason=f"no {', '.join(missing())} here; this group needs {NEEDED}"),
]


@pytest.fixture(scope="module")
def postgres():
    with started(Postgres) as server:
        environment = {"DEBUG": "1", "DATABASE_URL": server.url()}
        manage(["migrate", "--no-input", "-v0"], environment)
        manage(["seed_demo"], environment)
        yield server


@pytest.fixture(scope="module")
def cache():
    with started(Redis) as server:
        yield server


@pytest.fixture(params=SCHEMES)
def deployed(request, postgres, cache):
    """The site as it is deployed, but on loopback: DEBUG off, plain HTTP."""
    environment = {
        "DEBUG": "0", "LAB": "1", "SECRET_KEY": "s" * 64, "JWT_SIGNING_KEY": "j" * 64,
        "DATABASE_URL": postgres.url(), "CACHE_URL": cache.url(),
    }  # fmt: skip
    with running(request.param, environment) as site:
        yield site, Client(site.address, card(request.param))


def test_a_database_that_is_gone_is_503_for_everybody_and_comes_back_without_a_restart(deployed, postgres):
    site, alice = deployed
    assert alice.login().status_code == 200
    assert alice.ask("GET", READ).status_code == 200
    thief = Client(site.address, alice.scheme)
    postgres.stop()
    try:
        for _ in range(3):
            began = time.monotonic()
            answer = alice.ask("GET", READ)
            assert (answer.status_code, set(answer.json())) == (503, {"detail"})
            assert int(answer.headers["Retry-After"]) > 0
            assert time.monotonic() - began < 5
            assert alice.copy().login().status_code in (401, 403, 503)
            assert thief.ask("GET", READ).status_code == alice.scheme.refused
        health = alice.send("GET", "/healthz")
        assert (health.status_code, health.json()["database"], health.json()["cache"]) == (503, "failing", "ok")
        page = alice.send("GET", "/polls/")
        assert page.status_code < 500 or page.status_code == 503
        assert "Traceback" not in page.text
    finally:
        postgres.start()
    assert alice.ask("GET", READ).status_code == 200
    assert alice.send("GET", "/healthz").status_code == 200


def test_a_cache_that_is_gone_is_told_and_decides_no_sign_in(deployed, cache):
    _, alice = deployed
    cache.stop()
    try:
        health = alice.send("GET", "/healthz")
        assert (health.status_code, health.json()["database"], health.json()["cache"]) == (503, "ok", "failing")
        assert alice.login().status_code == 200
        assert alice.ask("GET", READ).status_code == 200
    finally:
        cache.start()
    assert alice.send("GET", "/healthz").status_code == 200
