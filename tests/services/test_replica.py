"""A node that reads from a replica which lags behind: what it knows, what it still believes, what it can't do.

Replaying the log is paused, as if the lag had no end, so that nothing here is a matter of luck; one test measures a lag.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module

import jwt
import psycopg
import pytest
import requests
from jwcrypto.jwk import JWK

from project.compare.client import Client
from project.compare.servers import Site, free_ports, manage, start
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.conftest import HURRY
from tests.services.servers import NEEDED, Postgres, Replica, missing, started

lacking = missing("initdb", "postgres", "pg_basebackup")
pytestmark = [
    pytest.mark.services,
    pytest.mark.xdist_group("replica"),
    pytest.mark.skipif(bool(lacking), reason=f"no {', '.join(lacking)} here; this group needs {NEEDED}"),
]
LAG = 1.0
"""Seconds."""
ISSUER = "http://127.0.0.1:8000"


@dataclass
class Pair:
    """A primary and its replica, and of each scheme a node on either; the jwt profile signs with a key pair."""

    primary: Postgres
    replica: Replica
    near: dict[str, Site] = field(default_factory=dict)
    """Profile -> the node on the primary."""
    far: dict[str, Site] = field(default_factory=dict)

    def clients(self) -> dict[str, Client]:
        """Profile -> somebody who has just signed in at the node on the primary."""
        made = {profile: Client(site.address, card(profile)) for profile, site in self.near.items()}
        for client in made.values():
            answer = client.login("bob", "bob-demo-pass")
            assert client.signed_in, answer.text
        return made

    def there(self, client: Client) -> Client:
        """The same credential at the node on the replica."""
        copy = client.copy()
        copy.address = self.far[client.scheme.name].address
        return copy

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The replica learns nothing meanwhile; afterwards it has caught up."""
        self.ask_replica("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.ask_replica("SELECT pg_wal_replay_resume()")
            self.catch_up()

    def catch_up(self) -> None:
        with psycopg.connect(self.primary.url(), autocommit=True) as connection:
            written = connection.execute("SELECT pg_current_wal_lsn()").fetchone()[0]
        deadline = time.monotonic() + 30
        while not self.ask_replica("SELECT pg_last_wal_replay_lsn() >= %s", written):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def ask_replica(self, question: str, *values: str):
        with psycopg.connect(self.replica.url(), autocommit=True) as connection:
            return connection.execute(question, values).fetchone()[0]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    key = JWK.generate(kty="OKP", crv="Ed25519").export_to_pem(private_key=True, password=None).decode()
    settings = {"DEBUG": "0", "LAB": "1", "SECRET_KEY": "s" * 64, "PUBLIC_URL": ISSUER, "CACHE_URL": ""} | HURRY
    signing = {"JWT_SIGNING_KEY": key, "JWT_ALGORITHM": "EdDSA"}
    with ThreadPoolExecutor(16) as ending, ExitStack() as stack:
        primary = stack.enter_context(started(Postgres))
        manage(["migrate", "--no-input", "-v0"], settings | {"DATABASE_URL": primary.url()})
        manage(["seed_demo"], settings | {"DATABASE_URL": primary.url()})
        pair = Pair(primary, stack.enter_context(started(Replica, primary, LAG)))
        ports = free_ports()
        for server, nodes in ((primary, pair.near), (pair.replica, pair.far)):
            for profile in SCHEMES:
                own = settings | {"DATABASE_URL": server.url()} | (signing if profile == "jwt" else {})
                nodes[profile] = start(profile, next(ports), own)
                stack.callback(ending.submit, nodes[profile].stop)
        for site in (*pair.near.values(), *pair.far.values()):
            site.wait()
        yield pair


def test_a_fresh_credential_is_unknown_at_a_replica_until_it_has_caught_up(pair):
    with pair.paused():
        clients = pair.clients()
        for client in clients.values():
            assert client.ask("GET", READ).status_code == 200
            assert pair.there(client).ask("GET", READ).status_code == client.scheme.refused
    for client in clients.values():
        assert pair.there(client).ask("GET", READ).status_code == 200


def test_what_was_ended_lives_on_at_a_replica_until_it_has_caught_up(pair):
    clients = pair.clients()
    pair.catch_up()
    with pair.paused():
        for client in clients.values():
            assert client.do(client.scheme.logout).status_code == client.scheme.logout.status
            assert client.ask("GET", READ).status_code == client.scheme.refused
            assert pair.there(client).ask("GET", READ).status_code == 200
    for client in clients.values():
        assert pair.there(client).ask("GET", READ).status_code == client.scheme.refused


def test_a_service_that_checks_tokens_by_itself_knows_every_fresh_one_and_hears_of_no_end(pair):
    """No database at all: PyJWT and the keys that the site publishes."""
    keys = jwt.PyJWKClient(f"{pair.near['jwt'].address}/.well-known/jwks.json")

    def claims(token: str) -> dict[str, str]:
        return jwt.decode(token, keys.get_signing_key_from_jwt(token), algorithms=["EdDSA"], audience="polls", issuer=ISSUER)

    with pair.paused():
        client = pair.clients()["jwt"]
        assert pair.there(client).ask("GET", READ).status_code == 401
        before = claims(client.variables["access"])
        assert client.do(client.scheme.logout).status_code == client.scheme.logout.status
        assert client.ask("GET", READ).status_code == 401
        assert claims(client.variables["access"]) == before
    with pytest.raises(jwt.InvalidAudienceError):
        claims(client.variables["refresh"])


def changes(client: Client) -> Iterator[tuple[str, requests.Response]]:
    """The answers to what would write a row."""
    yield "vote", client.ask("PUT", VOTE, json={"choice": 1})
    yield "sign in", client.copy().login("alice")
    yield "a wrong password", client.copy().login("alice", "wrong")
    yield "log out", client.ask("POST", "/auth/logout/")
    if client.scheme.refresh:
        yield "renew", client.copy().do(client.scheme.refresh)


def test_a_replica_answers_503_to_whatever_would_change_something_and_goes_on_reading(pair):
    clients = pair.clients()
    pair.catch_up()
    for profile, client in clients.items():
        there = pair.there(client)
        for what, answer in changes(there):
            assert (answer.status_code, set(answer.json())) == (503, {"detail"}), f"{profile}, {what}: {answer.text}"
            assert int(answer.headers["Retry-After"]) > 0
            assert there.ask("GET", READ).status_code == 200


def test_a_credential_that_was_not_used_for_long_reads_at_a_replica_which_can_not_note_it(pair):
    clients = pair.clients()
    tables = [import_module(f"schemes.{profile}.models").Credential._meta.db_table for profile in SCHEMES]
    with psycopg.connect(pair.primary.url(), autocommit=True) as connection:
        for table in tables:
            assert connection.execute(f"UPDATE {table} SET last_used = now() - interval '1 hour'").rowcount > 0  # noqa: S608
    pair.catch_up()
    for client in clients.values():
        assert pair.there(client).ask("GET", READ).status_code == 200


def test_how_long_a_lag_is_felt(pair, capsys):
    """From the answer at the primary to the first right answer at the replica, for all four at once."""

    def until(client: Client, status: int, began: float) -> float:
        while client.ask("GET", READ).status_code != status:
            assert time.monotonic() - began < 30
            time.sleep(0.02)
        return time.monotonic() - began

    def felt(profile: str) -> tuple[float, float]:
        client = Client(pair.near[profile].address, card(profile))
        client.login("alice")
        there = pair.there(client)
        fresh = until(there, 200, time.monotonic())
        client.do(client.scheme.logout)
        return fresh, until(there, client.scheme.refused, time.monotonic())

    with ThreadPoolExecutor(len(SCHEMES)) as pool:
        found = dict(zip(SCHEMES, pool.map(felt, SCHEMES), strict=True))
    with capsys.disabled():
        print(f"\nOn a replica {LAG} s behind  a fresh credential works after  an ended one works for")
        for profile, (fresh, ended) in found.items():
            print(f"{profile:26}  {fresh:28.1f} s  {ended:19.1f} s")
    for fresh, ended in found.values():
        assert LAG / 2 < fresh < LAG + 5
        assert LAG / 2 < ended < LAG + 5
