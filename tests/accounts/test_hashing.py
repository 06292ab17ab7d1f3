"""Passwords are hashed in turn: one hash a sign-in, and a 503 where too many wait, whichever way in it is."""

import json
import threading
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import check_password, make_password

from project.accounts import hashers
from project.accounts.models import User
from project.turns import Busy, Turns

PASSWORD = "correct-horse-battery"


class Counted(Turns):
    """How often somebody took a turn."""

    taken = 0

    def take(self, work):
        self.taken += 1
        return super().take(work)


@pytest.fixture
def turns(settings, monkeypatch) -> Counted:
    """The site's own hashers, one place and none to wait."""
    turns = Counted("test", at_once=1, waiting=0, patience=10)
    monkeypatch.setattr(hashers, "turns", lambda: turns)
    settings.PASSWORD_HASHERS = [f"project.accounts.hashers.{name}" for name in ("Argon2Hasher", "PBKDF2Hasher")]
    return turns


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/auth/login/", "/admin/login/", "/accounts/login/", "/accounts/register/"])
def test_where_too_many_wait_every_way_in_says_when_to_come_back(client, turns, path):
    User.objects.create_user("carol", "carol@example.com", PASSWORD)
    wanted = {"username": "carol", "password": PASSWORD}
    if path == "/accounts/register/":
        wanted = {"username": "dave", "email": "dave@example.com", "password": PASSWORD, "password2": PASSWORD}
    kind = "application/x-www-form-urlencoded" if "login/" in path and "auth" not in path else "application/json"
    body = urlencode(wanted) if "form" in kind else json.dumps(wanted)
    with turns.places:
        answer = client.post(path, body, content_type=kind)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert b"at once" in answer.content
    assert not User.objects.filter(username="dave").exists()
    before = turns.taken
    assert client.post(path, body, content_type=kind).status_code in (200, 201, 302)
    assert turns.taken == before + 1


@pytest.mark.parametrize("name", ["argon2", "pbkdf2_sha256"])
def test_whatever_hasher_a_password_has_it_waits_for_its_turn_once(turns, name):
    encoded = make_password(PASSWORD, hasher=name)
    assert turns.taken == 1
    assert check_password(PASSWORD, encoded, preferred=name)
    assert turns.taken == 2


def test_what_waits_too_long_was_not_begun():
    turns = Turns("test", at_once=1, waiting=1, patience=0.05)
    done: list[int] = []
    hold = threading.Event()
    first = threading.Thread(target=lambda: turns.take(lambda: hold.wait(10)))
    first.start()
    with pytest.raises(Busy):
        turns.take(lambda: done.append(1))
    hold.set()
    first.join()
    assert not done
    turns.take(lambda: done.append(2))
    assert done == [2]
