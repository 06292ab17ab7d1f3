"""The Python file for a program on a person's own machine, with a scriptless browser in the person's hands."""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from project.walkthrough.addresses import address
from schemes.story import READ, VOTE
from tests.clients.live import CLIENTS, CLOCKED, DAY, LIFETIME, Person, apart, later, load
from tests.clients.test_shape import BLOCK

pytestmark = pytest.mark.xdist_group("oauth2")


@pytest.fixture
def native(monkeypatch) -> Any:
    """The file, beside its sibling."""
    monkeypatch.setitem(sys.modules, "client", load("oauth2"))
    loaded = load("oauth2", "native")
    loaded.PATIENCE = 20
    return loaded


@pytest.fixture
def site(sites):
    return sites("oauth2", **CLOCKED)


class Desk:
    """Somebody at a browser of their own; what a program opened there, and what became of it."""

    def __init__(self, site, allow: str | None = "yes") -> None:
        self.person, self.allow = Person(site), allow
        self.opened: list[str] = []
        self.changed: Callable[[str], str] = lambda answer: answer
        self.shown: list[httpx.Response] = []
        self.hands = ThreadPoolExecutor(1)

    def browse(self, question: str) -> None:
        """As a browser: it returns at once, and the person takes their time."""
        self.opened.append(question)
        self.hands.submit(self.answer, question)

    def answer(self, question: str) -> None:
        self.shown.append(httpx.get(self.changed(self.person.answers(question, allow=self.allow))))


@pytest.fixture
def desk(site):
    desk = Desk(site)
    with desk.hands:
        yield desk


@pytest.fixture
def auth(native, site, desk):
    return native.Auth(site.address, "demo-web", browse=desk.browse)


def client_of(auth) -> httpx.Client:
    return httpx.Client(base_url=auth.base, auth=auth)


def test_the_person_consents_once_and_the_program_reads_votes_and_renews(auth, site, desk):
    with client_of(auth) as client:
        assert client.get(READ).json()["id"] == 1
        assert client.put(VOTE, json={"choice": 2}).json()["choice"] == 2
        first = auth.access_token
        with later(site):
            assert client.get(VOTE).json()["choice"] == 2
        assert first != auth.access_token
    assert len(desk.opened) == 1
    assert [(page.status_code, page.text) for page in desk.shown] == [(200, "Done: you can close this page.")]
    assert "Demo web page" in desk.person.allows()


def test_it_waits_for_the_person_and_the_event_loop_goes_on(auth, desk):
    async def story():
        async with httpx.AsyncClient(base_url=auth.base, auth=auth) as client:
            asked = [asyncio.create_task(client.get(READ)) for _ in range(5)]
            turns = 0
            while not all(task.done() for task in asked):
                await asyncio.sleep(0.001)
                turns += 1
            assert turns > 10
            return [task.result().status_code for task in asked]

    assert apart(asyncio.run, story()) == [200] * 5
    assert len(desk.opened) == 1


def test_of_first_requests_at_once_one_asks_the_person(auth, desk):
    with client_of(auth) as client, ThreadPoolExecutor(5) as pool:
        assert {answer.status_code for answer in pool.map(client.get, [READ] * 5)} == {200}
    assert len(desk.opened) == 1


def test_a_sign_in_that_is_over_is_asked_for_anew(auth, site, desk):
    with client_of(auth) as client:
        assert client.get(READ).status_code == 200
        with later(site, DAY + LIFETIME):
            assert client.get(READ).status_code == 200
    assert len(desk.opened) == 2


def test_a_logout_ends_what_the_person_allowed(auth, site, desk):
    with client_of(auth) as client:
        client.get(READ).raise_for_status()
        token = auth.access_token
        assert client.send(auth.logout()).status_code == 200
    assert httpx.get(f"{site.address}{READ}", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert "Demo web page" not in desk.person.allows()


def test_who_says_no_is_not_asked_again(auth, native, desk):
    desk.allow = None
    with client_of(auth) as client:
        for _ in range(2):
            with pytest.raises(native.Refused, match="access_denied"):
                client.get(READ)
    assert len(desk.opened) == 1


def test_who_does_not_answer_is_not_waited_for_for_ever(native, site):
    native.PATIENCE = 0.05
    with client_of(native.Auth(site.address, "demo-web", browse=len)) as client, pytest.raises(native.Refused, match="Nobody"):
        client.get(READ)


def test_an_answer_of_another_server_gets_no_code(auth, native, site, desk):
    """RFC 9207: a mix-up would have the program send its code to whoever asks for it."""
    desk.changed = lambda answer: answer.replace("iss=http", "iss=https")
    with client_of(auth) as client, pytest.raises(native.Refused, match="another server"):
        client.get(READ)
    assert not auth.access_token


def test_an_answer_that_nobody_asked_for_is_nothing(auth, native, desk):
    """A page that the person has open may ask the loopback address for anything."""
    native.PATIENCE = 1
    desk.changed = lambda answer: answer.replace("state=", "state=x")
    with client_of(auth) as client, pytest.raises(native.Refused, match="Nobody answered"):
        client.get(READ)
    assert [page.status_code for page in desk.shown] == [404]


def test_the_page_s_lines_for_a_person_s_machine_do_what_they_say(native, site, desk, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "native", native)
    monkeypatch.setattr(native.Auth.__init__, "__defaults__", ("read write", desk.browse))
    (block,) = [block for block in BLOCK.findall((CLIENTS / "README.md").read_text()) if "native" in block]
    assert address("oauth2") in block
    apart(exec, compile(block.replace(address("oauth2"), site.address), "README.md", "exec"), {})
    assert "Which scheme protects your API?" in capsys.readouterr().out
    assert "Demo web page" not in desk.person.allows()
