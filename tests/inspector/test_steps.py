"""Three clients, one record: whoever walks the story, the inspector writes down the same."""

import subprocess

import pytest

from project.compare.client import Client
from project.walkthrough import answers
from project.walkthrough.voices import curl
from schemes import PROFILES
from schemes.story import DEMO, card, exchanges


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


def promised(profile: str) -> list[tuple[str, str, str, int, str]]:
    known = answers.read()
    return [(one.id, one.step.method, one.step.path, one.step.status, known[one.id].challenge) for one in exchanges(profile)]


def test_whoever_plays_the_story_is_recorded_step_by_step(profile, site, inspector):
    player = Client(site.address, card(profile))
    player.variables = dict(DEMO)
    for exchange in exchanges(profile):
        player.do(exchange.step)
    assert {row["client"] for row in inspector.rows()} == {"Requests"}
    assert inspector.record() == promised(profile)


def test_curl_leaves_the_same_record(profile, site, inspector):
    lines = curl.setup(site.address)
    for exchange in exchanges(profile):
        lines += curl.request(exchange.step) + curl.keep(exchange.step)
    subprocess.run(["bash", "--noprofile", "--norc"], input="\n".join(lines), text=True, check=True, capture_output=True)
    assert {row["client"] for row in inspector.rows()} == {"curl"}
    assert inspector.record() == promised(profile)
