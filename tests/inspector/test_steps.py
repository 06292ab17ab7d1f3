"""Three clients, one record: whoever walks the story, the inspector writes down the same."""

import subprocess

import pytest

from project.compare.client import Client
from project.walkthrough.voices import curl
from schemes import PROFILES
from schemes.story import DEMO, READ, VOTE, card, exchanges
from tests.inspector.watching import promised
from tests.needs import need


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


def test_whoever_plays_the_story_is_recorded_step_by_step(profile, site, inspector):
    player = Client(site.address, card(profile))
    player.variables = dict(DEMO)
    for exchange in exchanges(profile):
        player.do(exchange.step)
    assert {row["client"] for row in inspector.rows()} == {"Requests"}
    assert inspector.record() == promised(profile)


def test_curl_leaves_the_same_record(profile, site, inspector):
    need("bash", "curl")
    lines = curl.setup(site.address)
    for exchange in exchanges(profile):
        lines += curl.request(exchange.step) + curl.keep(exchange.step)
    subprocess.run(["bash", "--noprofile", "--norc"], input="\n".join(lines), text=True, check=True, capture_output=True)
    assert {row["client"] for row in inspector.rows()} == {"curl"}
    assert inspector.record() == promised(profile)


@pytest.mark.parametrize("profile", ["session", "jwt", "oauth2"])
def test_who_votes_too_early_is_followed_from_the_sign_in_on(profile, site, inspector):
    player = Client(site.address, card(profile))
    player.ask("PUT", VOTE, json={"choice": 1})
    player.login()
    player.ask("GET", READ)
    assert [row["chapter"] for row in inspector.rows()[-2:]] == [f"{profile}-2", f"{profile}-3"]


@pytest.mark.parametrize("profile", ["jwt"])
def test_what_the_page_sends_is_the_step_that_it_says_and_what_it_breaks_is_none(profile, site, inspector):
    read = {"method": "GET", "path": READ, "headers": {"Authorization": "Bearer x.y.z"}}
    row = inspector.post("send", **read, step="jwt-3").json()
    assert row["step"] == "jwt-3"
    assert inspector.post("break", id=row["id"], how="letter").json()["step"] == ""
    assert inspector.post("send", **read, step="jwt-99").status_code == 400
