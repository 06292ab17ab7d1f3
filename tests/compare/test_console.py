"""The console acts on sites that run beside each other, shows what came of it, and puts their clocks back."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from project.compare.client import Client
from project.compare.console import runs
from project.compare.servers import Site, free_ports
from schemes.story import READ, card

pytestmark = [pytest.mark.xdist_group("console")]
PAGE = "/compare/console/"


class Script:
    """What the page's script does."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.browser = requests.Session()
        self.page = self.browser.get(site.address + PAGE, timeout=30)
        self.run = self.post("start/", {}).json()["run"]

    def post(self, path: str, body: Any) -> requests.Response:
        token = next(cookie.value for cookie in self.browser.cookies if cookie.name.endswith("csrftoken"))
        text = body if isinstance(body, str) else json.dumps(body)
        return self.browser.post(self.site.address + PAGE + path, data=text, headers={"X-CSRFToken": token}, timeout=60)

    def fire(self, profile: str, event: str, **more: Any) -> dict[str, Any]:
        answer = self.post("fire/", {"run": self.run, "profile": profile, "event": event, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def word(self, profile: str, event: str, **more: Any) -> str:
        return self.fire(profile, event, **more)["outcome"]["word"]

    def dead(self, profile: str, how: str) -> list[float | None]:
        """What the stopwatches say: of the copy as it is, and of the copy renewed where anything renews it."""
        self.fire(profile, f"watch: {how}")
        found = []
        while True:
            step = self.fire(profile, "run")
            if step["done"]:
                found.append(step["dead"])
                if not step["more"]:
                    return found


@pytest.fixture(scope="module")
def both(sites) -> list[Site]:
    return sites.beside("jwt", "jwt-stock")


@pytest.fixture
def script(both) -> Script:
    return Script(both[0])


@pytest.fixture
def lifetimes(both) -> Callable[[str], int]:
    announced = requests.get(f"{both[1].address}/auth/", timeout=30).json()["lifetimes"]
    return lambda what: announced[what]


@pytest.fixture
def alices(both) -> list[Client]:
    """Somebody else, signed in at each site by its real time."""
    people = [Client(site.address, card(site.profile)) for site in both]
    for alice in people:
        assert alice.login().ok
    return people


def test_the_steps_are_fired_at_each_site_and_shown_as_they_travelled(script):
    for profile in ("jwt", "jwt-stock"):
        assert script.word(profile, "read") == "refused"
        signed = script.fire(profile, "sign in")
        assert [one["title"] for one in signed["exchanges"]] == ["Register", "Sign in"]
        assert signed["exchanges"][1]["path"] == "/auth/login/"
        assert "\ue000eyJ" in signed["exchanges"][1]["answer_body"], "the token is marked as a secret"
        assert script.word(profile, "read") == "let in"
        voted = script.fire(profile, "vote")
        assert [(one["method"], one["status"]) for one in voted["exchanges"]] == [("PUT", 200)]
        headers = dict(voted["exchanges"][0]["headers"])
        assert headers["Authorization"].startswith("Bearer \ue000")


@pytest.mark.parametrize(
    ("event", "hardened", "stock"),
    [
        ("log out", "refused at once", "still open"),
        ("change the password", "refused at once", "still open"),
        ("deactivate", "refused at once", "refused at once"),
        ("refresh twice", "refused, and everything ends", "granted again"),
    ],
)
def test_a_copy_is_replayed(script, event, hardened, stock):
    assert script.word("jwt", event) == hardened
    assert script.word("jwt-stock", event) == stock
    assert script.word("jwt", "sign in") == "signed in", "and the run goes on"


def test_a_verb_that_is_lacking_is_explained_in_the_words_of_the_card(script):
    assert "There is no logout" in script.fire("jwt-stock", "log out")["outcome"]["why"]


def test_a_stopwatch_runs_until_the_copy_is_dead(script, lifetimes, alices):
    assert script.dead("jwt", "log out") == [0, 0]
    as_it_is, renewed = script.dead("jwt-stock", "log out")
    assert lifetimes("access") - 2 <= as_it_is <= lifetimes("access")
    assert lifetimes("refresh") - 2 <= renewed <= lifetimes("refresh")
    assert [alice.ask("GET", READ).status_code for alice in alices] == [200, 200], "the clocks are back"


def test_what_never_dies_is_said_to_live_for_ever(sites):
    script = Script(sites.beside("jwt", "token-stock")[1])
    assert script.dead("token-stock", "change the password") == [None]


def test_waiting_moves_the_clock_of_that_site_until_it_is_put_back(script, lifetimes, alices):
    script.fire("jwt-stock", "sign in")
    assert script.word("jwt-stock", "read", ahead=lifetimes("access") - 60) == "let in"
    assert script.word("jwt-stock", "read", ahead=lifetimes("access") + 60) == "refused"
    hardened, stock = alices
    assert (hardened.ask("GET", READ).status_code, stock.ask("GET", READ).status_code) == (200, 401)
    assert script.post("back/", {}).status_code == 200
    assert stock.ask("GET", READ).status_code == 200
    script.fire("jwt-stock", "read", ahead=lifetimes("access") + 60)
    assert stock.ask("GET", READ).status_code == 401
    assert script.post("start/", {}).status_code == 200
    assert stock.ask("GET", READ).status_code == 200, "a new run begins now"


def test_a_clock_that_nobody_asks_for_any_more_comes_back(both, alices, lifetimes, settings, monkeypatch):
    settings.DEMO_SITES = {site.profile: site.address for site in both}
    settings.LAB_KEY = both[1].environment["LAB_KEY"]
    monkeypatch.setattr(runs, "PATIENCE", 0.5)
    runs.Clocks().put("jwt-stock", lifetimes("access") + 60)
    assert alices[1].ask("GET", READ).status_code == 401
    deadline = time.monotonic() + 10
    while alices[1].ask("GET", READ).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_newest_runs_are_kept():
    kept = runs.Runs()
    first = kept.start()
    for _ in range(runs.MOST):
        newest = kept.start()
    assert (first in kept.columns, newest in kept.columns, len(kept.columns)) == (False, True, runs.MOST)


def test_everybody_in_a_run_is_registered_for_it(script):
    first = script.fire("jwt", "sign in")
    assert "console_" in first["exchanges"][0]["body"]
    other = Script(script.site)
    assert other.fire("jwt", "sign in")["exchanges"][0]["body"] != first["exchanges"][0]["body"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, "{"),
        (400, []),
        pytest.param(400, "[" * 9000, id="deep"),
        (400, {"profile": "jwt", "event": "read"}),
        (400, {"run": 7, "profile": "jwt", "event": "read"}),
        (400, {"run": "RUN", "profile": "session", "event": "read"}),
        (400, {"run": "RUN", "profile": "jwt", "event": "rm"}),
        (400, {"run": "RUN", "profile": "jwt", "event": "run"}),
        (400, {"run": "RUN", "profile": "jwt", "event": "read", "ahead": -1}),
        (400, {"run": "RUN", "profile": "jwt", "event": "read", "ahead": "5"}),
        (400, '{"run": "RUN", "profile": "jwt", "event": "read", "ahead": NaN}'),
        (404, {"run": "another", "profile": "jwt", "event": "read"}),
    ],
)
def test_what_can_t_be_used_is_refused_with_the_reason(script, status, body):
    if isinstance(body, dict) and body.get("run") == "RUN":
        body = body | {"run": script.run}
    answer = script.post("fire/", body)
    assert (answer.status_code, list(answer.json())) == (status, ["detail"]), answer.text


def test_a_site_that_does_not_answer_is_told(sites):
    nobody = f"jwt-stock=http://127.0.0.1:{next(free_ports())}"
    script = Script(sites("jwt", DEMO_SITES=nobody))
    answer = script.post("fire/", {"run": script.run, "profile": "jwt-stock", "event": "read"})
    assert answer.status_code == 502
    assert "jwt-stock does not answer" in answer.json()["detail"]


def test_the_console_is_where_the_demo_runs(sites):
    alone = sites("jwt")
    page = requests.get(alone.address + PAGE, timeout=30)
    assert "manage.py demo" in page.text
    assert "data-event" not in page.text
    with requests.Session() as browser:
        browser.get(alone.address + PAGE, timeout=30)
        token = browser.cookies.get("jwt_csrftoken", default="")
        answer = browser.post(alone.address + PAGE + "start/", headers={"X-CSRFToken": token}, timeout=30)
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_a_stranger_s_page_fires_nothing(script):
    answer = script.browser.post(
        script.site.address + PAGE + "fire/",
        json={"run": script.run, "profile": "jwt", "event": "read"},
        timeout=30,
    )
    assert answer.status_code == 403


def test_columns_are_chosen_in_the_address(both):
    page = requests.get(both[0].address + PAGE + "?columns=jwt-stock,basic", timeout=30).text
    assert 'value="jwt-stock" checked' in page
    assert 'value="jwt" checked' not in page
    assert "Not running here: basic" in page
