"""`manage.py walkthrough`: what it prints, and what it says of a site that answers otherwise."""

import os
import subprocess
import sys

import pytest

from project.compare.servers import ROOT, free_ports, manage
from project.walkthrough import play
from project.walkthrough.addresses import address
from project.walkthrough.voices import VOICES
from schemes.story import seven_steps


def walkthrough(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As people type it: nothing is set that they have not set."""
    own = {name: value for name, value in os.environ.items() if name != "DEBUG"}
    return subprocess.run(
        [sys.executable, "manage.py", "walkthrough", *arguments],
        cwd=ROOT,
        env=own | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_replay_finds_every_answer_as_it_is_on_record(profile, told):
    done = walkthrough(profile, "--check", "--base", told.site.address)
    assert done.returncode == 0, done.stdout + done.stderr
    for chapter in seven_steps(profile):
        for exchange in chapter.exchanges:
            assert f"✔ {exchange.id}" in done.stdout


@pytest.mark.parametrize("profile", ["jwt"])
def test_a_replay_shows_what_differs_in_lines_and_ends_with_status_1(sites, profile):
    site = sites(profile, JWT_ACCESS_LIFETIME="299")
    change = "from polls.models import Question; Question.objects.filter(pk=1).update(question_text='Another?')"
    manage(["shell", "-v0", "-c", change], site.environment)
    done = walkthrough(profile, "--check", "--base", site.address)
    assert done.returncode == 1
    assert "✘ jwt-3  200  Read question 1" in done.stdout
    assert '    -  "question_text": "Which scheme protects your API?",' in done.stdout
    assert '    +  "question_text": "Another?",' in done.stdout
    assert "votes" not in "".join(line for line in done.stdout.splitlines() if line[4:5] in "+-")
    assert done.stdout.count("✘") == 1
    assert f"1 of 18 answers at {site.address} differ" in done.stderr


@pytest.mark.parametrize("profile", ["jwt"])
@pytest.mark.parametrize("voice", VOICES)
def test_it_prints_the_readers_own_address_and_what_the_site_answers_now(voice, told):
    done = walkthrough("jwt", "--voice", voice, "--base", told.site.address + "/")
    assert done.returncode == 0, done.stderr
    assert told.site.address in done.stdout
    assert address("jwt") not in done.stdout
    assert '"access": "eyJ' in done.stdout
    assert "<time>" not in done.stdout


@pytest.mark.parametrize("profile", ["token"])
def test_a_replay_finds_the_site_where_the_demo_has_put_it(told, monkeypatch):
    monkeypatch.setattr(play, "FIRST_PORT", told.site.port - 3)
    assert play.find("token") == told.site.address
    with pytest.raises(play.CannotPlay, match=r"No site near .* runs the profile basic"):
        play.find("basic")


def test_a_sign_in_that_fails_ends_the_replay_with_what_to_do(sites):
    site = sites("token", TOKEN_EXPIRE_TIME="299")
    change = "from project.accounts.models import User; u = User.objects.get(username='alice'); u.set_password('x'); u.save()"
    manage(["shell", "-v0", "-c", change], site.environment)
    done = walkthrough("token", "--check", "--base", site.address)
    assert done.returncode == 1
    assert "+HTTP/1.1 400 Bad Request" in done.stdout
    assert "token-3 needs 'token', which no answer gave. `manage.py reset_demo` puts the demo back in order." in done.stderr


def test_without_a_site_it_prints_the_profile_of_the_environment_as_it_is_on_record():
    done = walkthrough(AUTH_PROFILE="token")
    assert done.returncode == 0, done.stderr
    assert "# Expiring token, in seven steps" in done.stdout
    assert f"BASE={address('token')}" in done.stdout
    assert '{"token": "<token>", "expires": "<time>"}' in done.stdout


@pytest.mark.parametrize("profile", ["jwt"])
def test_a_site_of_another_profile_is_named(told):
    done = walkthrough("token", "--check", "--base", told.site.address)
    assert done.returncode == 1
    assert f"The site at {told.site.address} runs the profile jwt, not token." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["jwt", "--check", "--base", f"http://127.0.0.1:{next(free_ports())}"], "Start it (`make demo`"),
        (["jwt", "--check", "--voice", "python"], "A replay has no voice"),
        (["jwt", "--base", "127.0.0.1:8000"], "'127.0.0.1:8000' is no address. Accepted: http://"),
        (["jot"], "invalid choice: 'jot'"),
        (["jwt", "--voice", "wget"], "invalid choice: 'wget'"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_line(arguments, message):
    done = walkthrough(*arguments)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
