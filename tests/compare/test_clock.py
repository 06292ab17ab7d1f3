"""The engine moves time instead of waiting. This is the one place that waits, to see that both say the same."""

import time

import pytest

from project.compare.laboratory import Laboratory
from project.compare.measures import time as over_time
from schemes.story import READ

LIFETIME = 4
SHORT = {"TOKEN_EXPIRE_TIME": str(LIFETIME), "SESSION_COOKIE_AGE": str(LIFETIME), "JWT_ACCESS_LIFETIME": str(LIFETIME)}


@pytest.fixture(scope="module")
def laboratory():
    with Laboratory(["token", "session", "jwt"], **SHORT) as laboratory:
        assert not laboratory.failed
        yield laboratory


@pytest.mark.parametrize("name", ["token", "session", "jwt"])
def test_a_moved_clock_tells_the_truth(laboratory, name):
    site = laboratory.subjects[name]
    person, watch = over_time.signed_in(site)
    moved = watch.dead(lambda: person.ask("GET", READ).status_code == 200)
    assert moved == LIFETIME

    person, _ = over_time.signed_in(site)
    signed_in = asked = time.monotonic()
    while person.ask("GET", READ).status_code == 200:
        assert asked - signed_in <= LIFETIME + 0.5
        time.sleep(0.05)
        asked = time.monotonic()
    assert time.monotonic() - signed_in >= LIFETIME - 1


def test_a_moved_clock_goes_on_and_comes_back(laboratory):
    site = laboratory.subjects["token"]
    person = site.newcomer()
    with site.ahead(LIFETIME + 1):
        assert person.ask("GET", READ).status_code == 401
    assert person.ask("GET", READ).status_code == 200


def test_nobody_without_the_key_moves_it_or_reads_timings(laboratory):
    site = laboratory.subjects["token"]
    person = site.newcomer()
    for key in ("", "wrong", "é"):
        answer = person.send(
            "GET", READ, {**person.filled(person.scheme.read), "X-Lab-Key": key.encode(), "X-Lab-Clock": "99999"}
        )
        assert answer.status_code == 200
        assert "Server-Timing" not in answer.headers
    assert person.ask("GET", READ).status_code == 200


def test_a_record_of_work_says_what_a_request_cost(laboratory):
    site = laboratory.subjects["token"]
    person = site.newcomer()
    person.ask("GET", READ)
    cost = site.cost(person, lambda: person.ask("GET", READ))
    assert (cost["auth"][1], cost["db"][1]) == (1, 3)
    assert 0 < cost["auth"][0] < cost["total"][0]
    assert 0 < cost["db"][0] < cost["total"][0]
