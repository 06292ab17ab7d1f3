"""One password tried on many names, from one address: counted in the cache, which decides nothing once it is gone."""

import logging
import socket
import time
import uuid

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.cache import caches
from django.test import RequestFactory

from project.accounts import spraying
from project.accounts.credentials import TooManyGuesses
from project.accounts.models import User
from project.settings import env
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(rf: RequestFactory, settings, monkeypatch):
    """Signs in from an address, of which twelve wrong passwords are taken, at a site that has counted nothing yet."""
    settings.LOGIN_GUESSES_ADDRESS = 12
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}}
    monkeypatch.setattr(spraying, "_ask_again", 0.0)
    return lambda name, password="Winter2026!", address="192.0.2.1": authenticate(
        rf.post("/auth/login/", REMOTE_ADDR=address), username=name, password=password
    )


@pytest.fixture
def gone(sign_in, settings):
    """Nobody listens where the cache was."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        here = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{taken.getsockname()[1]}/0",
        }
        settings.CACHES = {"default": here}
        yield


def test_one_password_for_many_names_is_refused_even_where_it_is_right_and_before_it_is_hashed(alice, sign_in, monkeypatch):
    for n in range(12):
        assert sign_in(f"name_{n}") is None
    with monkeypatch.context() as patch:
        patch.setattr(type(User.objects), "named", lambda *args: pytest.fail("Somebody was looked for."))
        for name, password in (("name_13", "Winter2026!"), ("alice", PASSWORD)):
            with pytest.raises(TooManyGuesses) as refused:
                sign_in(name, password)
            assert 0 < refused.value.wait <= 300
    assert sign_in("alice", PASSWORD, "192.0.2.2") == alice, "another address is another matter"


def test_right_passwords_are_no_guesses(alice, sign_in):
    for _ in range(15):
        assert sign_in("alice", PASSWORD) == alice


def test_the_pause_ends_with_its_period(alice, sign_in):
    with time_machine.travel("2026-01-01T00:00:00+00:00", tick=False) as clock:
        for n in range(12):
            sign_in(f"name_{n}")
        with pytest.raises(TooManyGuesses) as refused:
            sign_in("alice", PASSWORD)
        assert refused.value.wait == 300
        clock.shift(299)
        with pytest.raises(TooManyGuesses):
            sign_in("alice", PASSWORD)
        clock.shift(1)
        assert sign_in("alice", PASSWORD) == alice


def test_of_many_guesses_at_once_only_as_many_as_the_limit_learn_anything(alice, sign_in, monkeypatch):
    """All of them come in before the first is counted."""
    monkeypatch.setattr(spraying.Sprayed, "counted", lambda self: 0)
    for n in range(12):
        assert sign_in(f"name_{n}") is None
    with pytest.raises(TooManyGuesses):
        sign_in("name_13")


def test_a_right_password_that_came_in_before_the_limit_was_reached_is_refused_on_its_way_out(alice, sign_in, monkeypatch):
    for n in range(12):
        sign_in(f"name_{n}")
    before = iter([11])
    counted = spraying.Sprayed.counted
    monkeypatch.setattr(spraying.Sprayed, "counted", lambda self: next(before, None) or counted(self))
    with pytest.raises(TooManyGuesses):
        sign_in("alice", PASSWORD)


def test_a_cache_that_is_gone_decides_no_sign_in_and_is_left_alone_for_a_while(alice, sign_in, gone, caplog):
    with caplog.at_level(logging.ERROR, "django.request"):
        began = time.monotonic()
        for n in range(9):
            assert sign_in(f"name_{n}") is None
        assert sign_in("alice", PASSWORD) == alice
        assert time.monotonic() - began < 5
    assert [record.getMessage() for record in caplog.records] == [
        "The cache fails, so guesses are not counted by address: ConnectionError"
    ]


def test_a_cache_that_is_silent_holds_up_one_sign_in_and_not_the_next(alice, sign_in, settings, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("CACHE_URL", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        settings.CACHES = {"default": env.cache("CACHE_URL", "")}
        silent.settimeout(0)
        began = time.monotonic()
        assert sign_in("alice", PASSWORD) == alice
        assert time.monotonic() - began < 5
        silent.accept()[0].close()
        assert sign_in("alice", PASSWORD) == alice
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_the_limit_of_a_name_holds_without_the_cache(alice, sign_in, gone):
    for n in range(10):
        assert sign_in("alice", f"guess {n}") is None
    with pytest.raises(TooManyGuesses):
        sign_in("alice", PASSWORD)


def test_a_cache_that_came_back_counts_again(alice, sign_in, monkeypatch):
    monkeypatch.setattr(spraying, "_ask_again", time.monotonic() + 0.05)
    assert sign_in("name") is None
    assert spraying.Sprayed("192.0.2.1").counted() == 0
    time.sleep(0.06)
    assert sign_in("name") is None
    assert spraying.Sprayed("192.0.2.1").counted() == 1


def test_a_counter_that_a_full_cache_threw_out_is_no_error(alice, sign_in, monkeypatch):
    monkeypatch.setattr(type(caches["default"]), "add", lambda *args: False)
    assert sign_in("name") is None


def test_what_is_counted_names_no_address(sign_in):
    assert "192.0.2.1" not in spraying.Sprayed("192.0.2.1").key
