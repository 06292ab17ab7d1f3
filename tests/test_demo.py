"""The demo: every profile at once over one database; its data, made, made again, put back."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from project.compare.client import Client
from project.compare.servers import ROOT, SETTINGS, manage
from schemes import PROFILES, SCHEMES
from schemes.story import READ, VOTE, card
from tests.schemes.browsing import Browser, Forms


@pytest.fixture
def database(sites) -> dict[str, str]:
    return {"DEBUG": "1", "DATABASE_URL": sites.database.copy()}


@contextmanager
def demo(database: dict[str, str], *arguments: str) -> Iterator[Callable[[str], str]]:
    """The command, running until Ctrl-C. What is given waits for some words of it, and returns all that it has said."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", *arguments],
        cwd=ROOT, env=os.environ | SETTINGS | {"COLUMNS": "80"} | database, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = ""

    def until(words: str) -> str:
        nonlocal said
        while not re.search(words, said):
            line = process.stdout.readline()
            assert line, said
            said += line
        return said

    try:
        yield until
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        process.stdout.close()


def addresses(said: str) -> dict[str, int]:
    """The rows of its tables: profile -> port."""
    rows = re.findall(r"^([\w-]+) +127\.0\.0\.1:(\d+) +curl -i http://\S+$", said, re.MULTILINE)
    return {profile: int(port) for profile, port in rows}


def test_the_four_run_over_one_database_and_ctrl_c_ends_them_all(database):
    """Those too that are just starting."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 8900))
        busy.listen()
        with demo(database, "--port", "8900") as until:
            said = until("Ctrl-C ends")
            ports = addresses(said)
            assert list(ports) == list(SCHEMES)
            assert "Port 8900 is busy" in said
            for name, own in ports.items():
                client = Client(f"http://127.0.0.1:{own}", card(name))
                assert client.login().status_code == 200
                assert client.ask("PUT", VOTE, json={"choice": 1}).status_code == 200
                assert client.ask("GET", READ).json()["choices"][0]["votes"] == 1, "one person, one vote, one database"
            deadline = time.monotonic() + 60
            while not started(8900) - set(ports.values()):
                assert time.monotonic() < deadline, "nothing else was started"
                time.sleep(0.05)
    assert not started(8900)


def test_the_others_come_after_and_every_site_knows_them_all(database):
    """One that can't start is said, and is no loss; the console acts on a site that came later."""
    with socket.socket() as busy, demo(database, "--port", "8920") as until:
        first = addresses(until("Ctrl-C ends"))
        busy.bind(("127.0.0.1", first["session"] + list(PROFILES).index("oauth2-stock")))
        said = until(r"basic +127.+\n")
        assert list(addresses(said)) == [profile for profile in PROFILES if profile != "oauth2-stock"]
        assert "The profile oauth2-stock does not run" in said
        page = f"http://127.0.0.1:{first['jwt']}/compare/console/"
        with requests.Session() as browser:
            assert all(f'value="{profile}"' in browser.get(page, timeout=30).text for profile in PROFILES)
            token = {"X-CSRFToken": browser.cookies["jwt_csrftoken"]}
            run = browser.post(f"{page}start/", headers=token, timeout=30).json()["run"]
            event = {"run": run, "profile": "jwt-stock", "event": "log out"}
            fired = browser.post(f"{page}fire/", json=event, headers=token, timeout=30).json()
        assert fired["outcome"]["word"] == "still open"
    assert not started(8920)


def started(first: int) -> set[int]:
    """The next ports for which there is a site, answering or not."""
    listed = subprocess.run(["ps", "-eww", "-o", "args"], check=True, capture_output=True, text=True).stdout
    return {int(port) for port in re.findall(r"granian .*--port (\d+) ", listed)} & set(range(first, first + 20))


def test_seeding_again_changes_nothing(database):
    before = manage(["dumpdata"], database)
    assert "Everything was there already" in manage(["seed_demo"], database)
    assert manage(["dumpdata"], database) == before


def test_students_are_seeded_and_come_back_after_a_reset(database):
    assert "student02" in manage(["seed_demo", "--students", "2"], database)
    manage(["reset_demo"], database)
    people = manage(["shell", "-v0", "-c", "from project.accounts.models import User; print(User.objects.count())"], database)
    assert people.strip() == "5"


def test_a_reset_puts_everything_back_within_a_second_of_work(database):
    clutter = (
        "from project.accounts.models import User; from polls.models import Question; from django.utils import timezone; "
        "Question.objects.get(pk=1).delete(); User.objects.get(username='bob').delete(); "
        "Question.objects.create(question_text='x', pub_date=timezone.now()); "
        "User.objects.create_user('mallory', 'm@example.com', 'x')"
    )
    manage(["shell", "-v0", "-c", clutter], database)
    began = time.monotonic()
    manage(["reset_demo"], database)
    assert time.monotonic() - began < 10  # a new Python and Django included, on a busy machine
    state = (
        "from project.accounts.models import User; from polls.models import Question, Choice; "
        "print(list(User.objects.order_by('pk').values_list('pk', 'username')), "
        "list(Question.objects.order_by('pk').values_list('pk', flat=True)), Choice.objects.count(), "
        "Question.objects.create(question_text='x').pk)"
    )
    said = manage(["shell", "-v0", "-c", state], database).strip()
    assert said == "[(1, 'admin'), (2, 'alice'), (3, 'bob')] [1, 2, 3] 10 4"


@pytest.mark.parametrize("command", ["seed_demo", "reset_demo", "demo"])
def test_the_demo_refuses_outside_the_lab(database, command):
    deployed = database | {
        "DEBUG": "0", "SECRET_KEY": "s" * 64, "ALLOWED_HOSTS": "polls.example.org", "AUTH_PROFILE": "session"
    }  # fmt: skip
    with pytest.raises(subprocess.CalledProcessError) as refused:
        manage([command], deployed)
    assert "lab" in refused.value.stderr


def test_the_demo_brings_its_own_identity_provider(database):
    """A person signs in at a second instance, consents, and is somebody new here: its alice is not ours."""
    with demo(database, "--port", "8950", "--provider", "--no-stock") as until:
        said = until(r"Identity provider: \S+,")
        found = re.search(r"Identity provider: (\S+),", said)
        site = re.search(r"^session +(\S+)", said, re.MULTILINE)[1]
        browser = Browser(f"http://{site}")
        login = browser.go("/accounts/login/")
        csrf = Forms(login.text).fields["csrfmiddlewaretoken"]
        button = {"csrfmiddlewaretoken": csrf, "next": ""}
        there = browser.follow(
            browser.post(f"{browser.address}/social/login/oidc/", data=button, allow_redirects=False, timeout=30)
        )
        assert there.url.startswith(f"{found[1]}/accounts/login/")
        consent = browser.follow(browser.fill(there, username="alice", password="alice-demo-pass"))
        assert "Allow Demo site?" in consent.text
        back = browser.follow(browser.fill(consent, allow="yes"))
        assert (back.status_code, back.url.startswith(browser.address)) == (200, True), back.text
        me = browser.go("/accounts/me/").json()
        assert me["username"].startswith("alice")
        assert (me["username"], me["email"]) != ("alice", "alice@example.com")
