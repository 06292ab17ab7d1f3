"""The demo: every profile at once over one database; its data, made, made again, put back."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from project.compare.client import Client
from project.compare.servers import ROOT, SETTINGS, manage
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.schemes.browsing import Browser, Forms


@pytest.fixture
def database(sites) -> dict[str, str]:
    return {"DEBUG": "1", "DATABASE_URL": sites.database.copy()}


def test_every_profile_runs_over_one_database_and_ctrl_c_ends_them_all(database):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        demo = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT, env=os.environ | SETTINGS | {"COLUMNS": "80"} | database, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = ""
        try:
            while "Ctrl-C ends" not in said:
                line = demo.stdout.readline()
                assert line, said
                said += line
            addresses = dict(re.findall(r"^(\w+) +127\.0\.0\.1:(\d+) +curl -i http://\S+$", said, re.MULTILINE))
            assert list(addresses) == list(SCHEMES)
            assert f"Port {port} is busy" in said
            for name, own in addresses.items():
                client = Client(f"http://127.0.0.1:{own}", card(name))
                assert client.login().status_code == 200
                assert client.ask("PUT", VOTE, json={"choice": 1}).status_code == 200
                assert client.ask("GET", READ).json()["choices"][0]["votes"] == 1, "one person, one vote, one database"
        finally:
            demo.send_signal(signal.SIGINT)
            assert demo.wait(timeout=30) == 0
            demo.stdout.close()
        for own in addresses.values():
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(own))) != 0


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
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "8950", "--provider"],
        cwd=ROOT, env=os.environ | SETTINGS | {"COLUMNS": "80"} | database, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = ""
        while not (found := re.search(r"Identity provider: (\S+),", said)):
            line = demo.stdout.readline()
            assert line, said
            said += line
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
    finally:
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=30) == 0
        demo.stdout.close()
