"""Two nodes of a site behind nginx, over one PostgreSQL and one Redis: nobody can tell which of them answered.

Both ways to share PostgreSQL: a pool in each process, and kept connections to PgBouncer, which lends one for a transaction.
nginx and PgBouncer run what docs/deploy has.
"""

import json
import os
import socket
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

import psycopg
import pytest
import requests
from requests.adapters import HTTPAdapter

from project.compare.client import TIMEOUT, Client
from project.compare.servers import HOST, Site, free_ports, start
from schemes import SCHEMES
from schemes.contract import Scheme
from schemes.session.steps import dialogue
from schemes.story import READ, VOTE, card, seven_steps
from tests.conftest import HURRY
from tests.heard import heard
from tests.services.servers import FOR_NODES, NEEDED, Nginx, PgBouncer, missing, started

lacking = missing("nginx", "pgbouncer", *([] if "CACHE_URL" in os.environ else ["redis-server"]))
pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(bool(lacking), reason=f"no {', '.join(lacking)} here; these tests need {FOR_NODES}"),
    pytest.mark.skipif(
        not {"DATABASE_URL", "CACHE_URL"} <= set(os.environ), reason=f"tests.services.servers must start {NEEDED} first"
    ),
]
PASSWORD = "correct-horse-battery"
POOL = 2
"""Connections of a node that pools them; it has eight threads."""
SPRAYED = 25
renewing = pytest.mark.parametrize("profile", [name for name in SCHEMES if card(name).refresh])
one_profile = pytest.mark.parametrize("profile", ["token"])
_numbers = count(2)


def somewhere() -> str:
    """An address of this machine that nobody else asks from: every test has limits of its own."""
    number = next(_numbers)
    return f"127.{os.getpid() % 250 + 2}.{number // 250}.{number % 250 + 1}"


class From(HTTPAdapter):
    """Connections from an address of this machine."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, source_address=(self.source, 0), **options)


class Device(Client):
    """Asks nginx; or a node by itself, with the headers that nginx would add."""

    def __init__(self, address: str, scheme: Scheme, certificate: str, source: str = "") -> None:
        super().__init__(address, scheme)
        self.certificate, self.source = certificate, source or somewhere()
        self.sent = 0
        """Requests."""
        self.extra = {"Referer": f"https://{address.partition('://')[2]}/"}
        if address.startswith("http:"):
            self.extra |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.source}

    def at(self, address: str) -> "Device":
        """The same credential, at another address."""
        other = Device(address, self.scheme, self.certificate, self.source)
        other.variables = dict(self.variables)
        return other

    def copy(self) -> "Device":
        return self.at(self.address)

    def send(self, method: str, path: str, headers: Any = None, **options: Any) -> requests.Response:
        self.sent += 1
        with requests.Session() as session:
            session.mount(self.address, From(self.source))
            return session.request(
                method, self.address + path, headers={**(headers or {}), **self.extra}, timeout=TIMEOUT,
                allow_redirects=False, verify=self.certificate, **options,
            )  # fmt: skip


@dataclass
class Nodes:
    """Two nodes, and nginx in front of them."""

    scheme: Scheme
    nginx: Nginx
    sites: list[Site]
    database: str

    def device(self) -> Device:
        """Somebody at nginx, who has not signed in."""
        return Device(self.nginx.address, self.scheme, str(self.nginx.certificate))

    def newcomer(self) -> Device:
        """A person with an account of their own, signed in."""
        device, name = self.device(), f"u{uuid.uuid4().hex[:12]}"
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password2": PASSWORD}
        answer = device.send("POST", "/accounts/register/", json=body)
        assert answer.status_code == 201, answer.text
        assert device.login(name, PASSWORD).status_code == 200
        return device

    def asked_by(self, device: Device) -> list[dict[str, str]]:
        """What nginx has logged of `device`. Its processes write a line each after they have answered: late, in any order."""
        deadline = time.monotonic() + 5
        while True:
            lines = [line for line in self.nginx.asked() if line["client"] == device.source]
            if len(lines) >= device.sent or time.monotonic() > deadline:
                return lines
            time.sleep(0.02)


@contextmanager
def beside(profile: str, database: str, way: str, **environment: str) -> Iterator[Nodes]:
    """Two nodes of `profile` that reach `database` in this way."""
    ports = [port for port, _ in zip(free_ports(), range(2), strict=False)]
    with ThreadPoolExecutor(2) as ending, ExitStack() as stack:
        nginx = stack.enter_context(started(Nginx, ports))
        settings = {
            "DEBUG": "0", "LAB": "1", "HTTPS": "1", "SECRET_KEY": "s" * 64, "JWT_SIGNING_KEY": "j" * 64,
            "PUBLIC_URL": nginx.address, "PROXIES": "1", "LOGIN_GUESSES_ADDRESS": str(SPRAYED),
            "DATABASE_URL": database, "DATABASE_CONNECTIONS": way, "DATABASE_POOL": str(POOL),
        }  # fmt: skip
        sites = []
        for port in ports:
            sites.append(start(profile, port, settings | HURRY | environment))
            stack.callback(ending.submit, sites[-1].stop)
        for site in sites:
            site.wait()
        scheme = dialogue("__Host-") if profile == "session" else card(profile)
        yield Nodes(scheme, nginx, sites, database)


@pytest.fixture(scope="module")
def database(sites) -> str:
    """One database for the nodes of every profile."""
    return sites.database.copy()


@pytest.fixture(scope="module")
def nodes_of(database) -> Iterator[Callable[[str, str], Nodes]]:
    made: dict[tuple[str, str], Nodes] = {}
    with ExitStack() as stack:
        bouncer = stack.enter_context(started(PgBouncer, database))

        def of(profile: str, way: str) -> Nodes:
            if (profile, way) not in made:
                url = f"{database}?application_name={profile}-pool" if way == "pool" else bouncer.url()
                made[profile, way] = stack.enter_context(beside(profile, url, way))
            return made[profile, way]

        yield of


@pytest.fixture(params=["pool", "bouncer"])
def way(request) -> str:
    return request.param


@pytest.fixture
def nodes(nodes_of, profile, way) -> Nodes:
    return nodes_of(profile, way)


@pytest.fixture
def one_way(nodes_of, profile) -> Nodes:
    """Where it does not matter how PostgreSQL is reached: each way with two profiles."""
    return nodes_of(profile, "pool" if SCHEMES.index(profile) % 2 else "bouncer")


def at_once(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    calls = list(calls)
    barrier = threading.Barrier(len(calls))
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: (barrier.wait(), call())[1], calls))


def assert_refused(*devices: Device) -> None:
    """The very next request is refused; and nothing renews."""
    for device in devices:
        assert device.ask("GET", READ).status_code == device.scheme.refused
        if device.scheme.refresh:
            assert device.copy().do(device.scheme.refresh).status_code in (400, 401)


def test_the_story_is_told_by_two_nodes_in_turn(nodes, profile):
    for offset in range(2):  # the second time each request meets the other node
        device = nodes.device()
        for _ in range(offset):
            assert device.ask("GET", READ).status_code == device.scheme.refused
        story = [exchange for chapter in seven_steps(profile, nodes.scheme) for exchange in chapter.exchanges]
        for exchange in story:
            answer = device.do(exchange.step)
            assert answer.status_code == exchange.step.status, f"{exchange.id} {exchange.title}: {answer.text}"
            told = [line["node"] for line in nodes.asked_by(device)]  # before the next is asked: lines stand in turn
        assert len(told) == len(story) + offset
        assert Counter(told).keys() == {f"{HOST}:{site.port}" for site in nodes.sites}
        assert all(one != other for one, other in pairwise(told)), told


def logged_out(device: Device, other: Device) -> None:
    assert device.do(device.scheme.logout).status_code == device.scheme.logout.status


def password_changed(device: Device, other: Device) -> None:
    body = {"old_password": PASSWORD, "new_password": "another-good-phrase-9"}
    assert device.ask("POST", "/accounts/password/", json=body).status_code == 204


def struck_off_the_list(device: Device, other: Device) -> None:
    """By another device of the same person, at the node where `device` is."""
    laptop = device.copy()
    assert laptop.login(device.variables["username"], PASSWORD).status_code == 200
    listed = laptop.ask("GET", "/auth/credentials/").json()
    assert [one["current"] for one in listed] == [True, False]
    assert laptop.ask("DELETE", f"/auth/credentials/{listed[1]['id']}/").status_code == 204
    assert laptop.at(other.address).ask("GET", READ).status_code == 200


@pytest.mark.parametrize("end", [logged_out, password_changed, struck_off_the_list])
def test_what_ends_at_one_node_is_refused_by_the_other_on_the_very_next_request(nodes, end):
    for here, there in (nodes.sites, nodes.sites[::-1]):
        device = nodes.newcomer().at(here.address)
        other = device.at(there.address)
        assert other.ask("GET", READ).status_code == 200
        assert other.ask("PUT", VOTE, json={"choice": 1}).status_code == 200
        end(device, other)
        assert_refused(other)


@renewing
def test_a_refresh_token_that_comes_again_at_the_other_node_ends_the_family_at_both(one_way):
    here, there = one_way.sites
    device = one_way.newcomer().at(here.address)
    thief = device.at(there.address)
    assert device.do(device.scheme.refresh).status_code == 200
    assert device.at(there.address).ask("GET", READ).status_code == 200
    assert thief.do(thief.scheme.refresh).status_code in (400, 401)
    assert_refused(device, device.at(there.address))


@renewing
def test_of_refreshes_at_both_nodes_at_once_one_succeeds_and_the_family_ends(nodes):
    device = nodes.newcomer()
    devices = [device.at(site.address) for site in nodes.sites * 3]
    statuses = [answer.status_code for answer in at_once(lambda d=d: d.do(d.scheme.refresh) for d in devices)]
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 400, 401}, statuses
    assert_refused(*devices)


def test_wrong_passwords_at_either_node_are_one_row_of_guesses(one_way):
    person = one_way.newcomer()
    name = person.variables["username"]
    guessers = [person.at(site.address) for site in one_way.sites]
    assert 429 not in [guessers[n % 2].login(name, f"guess {n}").status_code for n in range(10)]
    for guesser in guessers:
        shut = guesser.login(name, PASSWORD)
        assert shut.status_code == 429
        assert 0 < int(shut.headers["Retry-After"]) <= 300
    assert person.ask("GET", READ).status_code == 200


def test_of_many_guesses_at_both_nodes_at_once_ten_learn_something(nodes):
    person = nodes.newcomer()
    name = person.variables["username"]
    guessers = [person.at(site.address) for site in nodes.sites * 10]
    answers = at_once(lambda n=n, g=g: g.login(name, f"guess {n}") for n, g in enumerate(guessers))
    assert Counter(answer.status_code == 429 for answer in answers) == {True: 10, False: 10}


def test_one_password_for_many_names_is_counted_for_both_nodes(one_way):
    person = one_way.newcomer()
    guessers = [person.at(site.address) for site in one_way.sites * 20]
    answers = at_once(lambda n=n, g=g: g.login(f"nobody_{n}", "Winter2026!") for n, g in enumerate(guessers))
    assert Counter(answer.status_code == 429 for answer in answers) == {True: 40 - SPRAYED, False: SPRAYED}
    for site in one_way.sites:
        assert person.at(site.address).login(person.variables["username"], PASSWORD).status_code == 429
    elsewhere = one_way.device()
    assert elsewhere.login(person.variables["username"], PASSWORD).status_code == 200


def test_an_address_cannot_be_made_up(one_way):
    """Neither to guess on, nor to be believed over plain HTTP; and the log has the real one."""
    person = one_way.newcomer()
    statuses = []
    for n in range(11):
        forged = person.copy()
        forged.extra |= dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "Client-IP"), f"203.0.113.{n}")
        forged.extra["Forwarded"] = f"for=203.0.113.{n}"
        statuses.append(forged.login(person.variables["username"], f"guess {n}").status_code)
    assert statuses.index(429) == 10, statuses
    plain = Device(f"http://{HOST}:{one_way.nginx.plain}", one_way.scheme, "")
    answer = plain.send("GET", READ)
    assert (answer.status_code, answer.json()) == (403, {"detail": "This API answers over HTTPS alone."})
    said = [json.loads(line) for site in one_way.sites for line in heard(site).splitlines() if line.startswith("{")]
    refused = [line for line in said if line["event"] == "refused" and line["address"] == person.source]
    assert len(refused) == 11


def test_what_is_logged_in_front_holds_no_secret(one_way):
    person = one_way.newcomer()
    person.ask("GET", f"{READ}?code=abcdefgh&state=hidden")
    assert READ in {line["path"] for line in one_way.asked_by(person)}
    text = "".join(path.read_text() for path in one_way.nginx.folder.iterdir() if "log" in path.name)
    secrets = [person.variables[name] for name in person.scheme.login.keep]
    assert not [secret for secret in [*secrets, PASSWORD, "abcdefgh", "hidden"] if secret in text]


def test_many_threads_share_few_connections(nodes_of, profile):
    nodes = nodes_of(profile, "pool")
    person = nodes.newcomer()
    answers = at_once(lambda: person.copy().ask("GET", READ) for _ in range(24))
    assert {answer.status_code for answer in answers} == {200}
    with psycopg.connect(nodes.database.partition("?")[0]) as connection:
        counted = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [f"{profile}-pool"]
        ).fetchone()[0]
    assert 0 < counted <= 2 * POOL


@one_profile
def test_a_database_that_is_gone_from_behind_is_503_in_seconds_and_comes_back_without_a_restart(database, profile, way):
    """What stands for PostgreSQL here is one more PgBouncer in front of it, which can be stopped without disturbing others."""
    with ExitStack() as stack:
        server = stack.enter_context(started(PgBouncer, database, ignore_startup_parameters="options"))
        reached = stack.enter_context(started(PgBouncer, server.url())) if way == "bouncer" else server
        nodes = stack.enter_context(beside(profile, reached.url(), way))
        device = nodes.newcomer()
        server.stop()
        stranger = nodes.device()
        stranger.variables |= dict.fromkeys(stranger.scheme.credential, "0" * 43)
        for asked in (device, device, stranger):
            began = time.monotonic()
            answer = asked.ask("GET", READ)
            assert (answer.status_code, set(answer.json())) == (503, {"detail"})
            assert int(answer.headers["Retry-After"]) > 0
            assert time.monotonic() - began < 5
        assert nodes.device().ask("GET", READ).status_code == 401
        server.start()
        began = time.monotonic()
        while way == "bouncer" and device.ask("GET", READ).status_code == 503:  # it tries again three times a second
            assert time.monotonic() - began < 5
            time.sleep(0.05)
        for _ in nodes.sites:
            assert device.ask("GET", READ).status_code == 200


def test_the_time_outs_of_a_role_hold_behind_pgbouncer(database):
    with psycopg.connect(database, autocommit=True) as connection:
        role = f"timed_{uuid.uuid4().hex[:8]}"
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"ALTER ROLE {role} SET statement_timeout = '100ms'")
    with (
        started(PgBouncer, database.replace("polls@", f"{role}@")) as bouncer,
        psycopg.connect(bouncer.url(), autocommit=True, prepare_threshold=None) as connection,
        pytest.raises(psycopg.errors.QueryCanceled),
    ):
        connection.execute("SELECT pg_sleep(5)")


@one_profile
def test_a_node_that_is_gone_is_passed_over_and_with_none_left_nginx_says_503_as_the_site_does(one_way):
    gone = next(free_ports())
    with started(Nginx, [gone, one_way.sites[0].port]) as nginx:
        device = Device(nginx.address, one_way.scheme, str(nginx.certificate))
        assert {device.send("GET", "/healthz").status_code for _ in range(6)} == {200}
    with started(Nginx, [gone]) as nginx:
        answer = Device(nginx.address, one_way.scheme, str(nginx.certificate)).send("GET", "/healthz")
        assert (answer.status_code, answer.json()) == (503, {"detail": "The service is not available right now."})
        assert int(answer.headers["Retry-After"]) > 0


@one_profile
def test_slow_clients_wait_at_nginx_alone_and_not_for_long(one_way):
    """Half a head or half a body each, of far more clients than the nodes have threads; others are served meanwhile."""
    person = one_way.newcomer()
    head = f"POST /auth/login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: 60\r\n"
    with ExitStack() as stack:
        nginx = stack.enter_context(started(Nginx, [site.port for site in one_way.sites], patience=1))
        trusting = ssl.create_default_context(cafile=str(nginx.certificate))
        slow = []
        for n in range(200):
            plain = stack.enter_context(socket.create_connection((HOST, nginx.port), timeout=10))
            slow.append(stack.enter_context(trusting.wrap_socket(plain, server_hostname=HOST)))
            slow[-1].sendall((head + "\r\n{" if n % 4 == 0 else head).encode())
        device = Device(nginx.address, one_way.scheme, str(nginx.certificate))
        device.variables = dict(person.variables)
        began = time.monotonic()
        assert [device.ask("GET", READ).status_code for _ in range(4)] == [200] * 4
        assert time.monotonic() - began < 5
        for connection in slow:
            assert connection.recv(1000)[:12] in (b"", b"HTTP/1.1 408")
        assert "/auth/login/" not in {line["path"] for line in nginx.asked() if line["node"]}
