"""The database and the cache go away and come back, or can't be written: 503 in seconds, nobody let in, no restart of ours."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from project.compare.client import Client
from project.compare.servers import free_ports, manage, running, start
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.conftest import HURRY
from tests.faults.conftest import DEPLOYED
from tests.faults.crowd import ROWS, Person, all_at_once, ask_questions, check_votes, crowd, reading, told
from tests.faults.test_full import unavailable
from tests.faults.test_killed import kill_one
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
    environment = DEPLOYED | {"DATABASE_URL": postgres.url(), "CACHE_URL": cache.url()}
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
        for ask in (alice.login, lambda: alice.ask("GET", READ)):
            began = time.monotonic()
            assert ask().status_code == 200
            assert time.monotonic() - began < 5
    finally:
        cache.start()
    assert alice.send("GET", "/healthz").status_code == 200


@pytest.fixture
def under_load(postgres):
    """Starts a site as `make serve` does, and gives it with people and questions."""
    started = []

    def under_load(connections: str | None, people: int):
        """`connections` is DATABASE_CONNECTIONS, None for the usual."""
        environment = DEPLOYED | HURRY | {"DATABASE_URL": postgres.url()}
        environment |= {"DATABASE_CONNECTIONS": connections} if connections else {}
        site = start("token", next(free_ports()), environment, workers=2)
        started.append(site)
        site.wait()
        return site, crowd(site, people), ask_questions(site, 10)

    yield under_load
    for site in started:
        site.stop()


def stored(postgres: Postgres):
    """What `check_votes` wants."""
    with psycopg.connect(postgres.url()) as connection:
        return connection.execute(ROWS[0]).fetchall(), dict(connection.execute(ROWS[1]).fetchall())


@pytest.mark.parametrize("connections", ["kept", "pool"])
def test_a_database_that_stops_and_starts_under_load_loses_no_vote_and_lets_nobody_in(under_load, postgres, connections):
    site, people, questions = under_load(connections, 23)
    readers, voters = people[:3], people[3:]
    thief, stolen, over = Client(site.address, card("token")), Counter(), threading.Event()

    def steal() -> None:
        while not over.wait(0.1):
            stolen[thief.ask("GET", READ).status_code] += 1
            thief.variables["token"] = "x" * 43
            stolen[thief.ask("GET", READ).status_code] += 1
            thief.variables.pop("token")

    with ThreadPoolExecutor(1) as pool:
        stealing = pool.submit(steal)
        with reading(readers), all_at_once([lambda person=person: person.vote_on_all(questions) for person in voters]):
            for _ in range(2):
                time.sleep(0.3)
                postgres.stop()
                time.sleep(1)
                postgres.start()
        over.set()
        stealing.result()
    answers, read = told(voters), told(readers)
    longest = max(seconds for person in people for seconds in person.waited)
    print(
        f"PostgreSQL ({connections}) stopped and started twice under load: votes {answers}, reads {read}, without a credential "
        f"{dict(stolen)}; the longest answer took {longest:.1f} s."
    )
    assert set(answers) == set(read) == {200, 503}
    assert set(stolen) <= {401, 503}
    assert longest < 10
    check_votes(voters, *stored(postgres))
    assert people[0].ask("GET", READ) == 200
    people[0].line.close()


def test_a_crowd_opens_no_more_connections_than_a_postgresql_that_nobody_configured_lets_in(under_load, postgres):
    """It lets in 100. The server asks its threads in turn, each of which would keep one."""
    _, (alice,), _ = under_load(None, 1)
    crowd = alice.devices(60)
    with reading(crowd):
        while sum(len(one.waited) for one in crowd) < 1000:
            time.sleep(0.1)
    ours = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with psycopg.connect(postgres.url()) as connection:
        (opened,) = connection.execute(ours).fetchone()
    answers = told(crowd)
    print(f"60 readers of two workers: {answers} over {opened} connections.")
    assert set(answers) == {200}
    assert answers[200] >= 1000
    assert 1 < opened <= 2 * 10


def test_workers_are_killed_under_fifty_voters_and_postgresql_has_every_vote_that_was_answered_once(under_load, postgres):
    site, people, questions = under_load("kept", 50)
    killed = []
    with all_at_once([lambda person=person: person.vote_on_all(questions) for person in people]) as voting:
        for _ in range(3):
            time.sleep(0.4)
            if voting():
                killed.append(kill_one(site))
    answers = told(people)
    print(f"{len(killed)} workers killed under 50 voters on PostgreSQL: {answers}, None for a line that went dead.")
    assert len(killed) > 1
    assert set(answers) <= {200, None}
    check_votes(people, *stored(postgres))


def test_whoever_waits_for_a_password_to_be_hashed_keeps_no_connection_of_the_pool(postgres):
    environment = DEPLOYED | {"DATABASE_URL": postgres.url(), "DATABASE_CONNECTIONS": "pool", "DATABASE_POOL": "1"}
    with running("token", environment) as site:
        (reader, *people) = [Person(site, "alice") for _ in range(13)]
        reader.client.login()
        password = {"username": "alice", "password": "alice-demo-pass"}

        def sign_in(person: Person) -> None:
            person.ask("POST", "/auth/login/", password, credential=False)
            person.line.close()

        with reading([reader]), all_at_once([lambda person=person: sign_in(person) for person in people]):
            pass
    print(f"{len(people)} sign-ins by one connection: reads {told([reader])}, the longest {max(reader.waited):.1f} s.")
    assert told(people) == {200: len(people)}
    assert set(told([reader])) == {200}


def test_a_database_that_can_not_be_written_is_read_and_every_write_is_a_503(deployed, postgres):
    _, alice = deployed
    assert alice.login().status_code == 200
    assert alice.ask("PUT", VOTE, json={"choice": 1}).status_code == 200
    visitor = Client(alice.address, alice.scheme)
    if alice.scheme.before:
        visitor.do(alice.scheme.before)
    set_read_only(postgres, "on")
    try:
        assert alice.ask("GET", READ).status_code == 200  # though it can't be noted that the credential was used
        refused = [alice.ask("PUT", VOTE, json={"choice": 2}), alice.ask("DELETE", VOTE)]
        refused += [visitor.login("alice", password) for password in ("alice-demo-pass", "wrong-horse-battery")]
        refused += [alice.copy().do(step) for step in (alice.scheme.refresh, alice.scheme.logout) if step]
        assert [answer.status_code for answer in refused if not unavailable(answer)] == []
        assert alice.ask("GET", VOTE).json()["choice"] == 1
    finally:
        set_read_only(postgres, "off")
    print(f"{alice.scheme.name}: PostgreSQL read only: reads 200, {len(refused)} writes 503; then all was well.")
    assert alice.ask("PUT", VOTE, json={"choice": 2}).status_code == 200
    if alice.scheme.refresh:
        assert alice.do(alice.scheme.refresh).status_code == 200  # it was not used up
    assert visitor.login("alice", "alice-demo-pass").status_code == 200


def set_read_only(postgres: Postgres, word: str) -> None:
    """For every transaction that begins from now on; what was used is used an hour ago."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        for scheme in SCHEMES:
            connection.execute(f"UPDATE {scheme}_credential SET last_used = now() - interval '1 hour'")  # noqa: S608
        connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {word}")
        connection.execute("SELECT pg_reload_conf()")
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        while connection.execute("SHOW default_transaction_read_only").fetchone() != (word,):
            time.sleep(0.05)
