"""What the lab's pages show of a request: everything, with what opens something marked."""

import json
import re

import pytest

from project.exchange import BEGIN, END, Exchange, fields, marked, marked_header, plain

HIDDEN = re.compile(f"{BEGIN}[^{END}]*{END}")


def seen(text: str) -> str:
    """What stands on the page until somebody presses."""
    return HIDDEN.sub("•", text)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abc.def.ghi", "Bearer •"),
        ("authorization", "Basic YWxpY2U6eA==", "Basic •"),
        ("Authorization", "abc", "•"),
        ("X-CSRFToken", "abc", "•"),
        ("Cookie", "sessionid=abc; csrftoken=d=e", "sessionid=•; csrftoken=•"),
        ("Set-Cookie", "sessionid=abc; HttpOnly; Path=/; SameSite=Lax", "sessionid=•; HttpOnly; Path=/; SameSite=Lax"),
        ("Content-Type", "application/json", "application/json"),
        ("Location", "http://127.0.0.1/?code=abc&state=1", "http://127.0.0.1/?code=•&state=1"),
    ],
)
def test_a_header_shows_all_but_its_secret(name, value, shown):
    assert seen(marked_header(name, value)) == shown
    assert plain(marked_header(name, value)) == value


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"username": "alice", "password": "a\\"b"}', '{"username": "alice", "password": "•"}'),
        ('{"access":"a.b.c","refresh":"d","expires":"2026"}', '{"access":"•","refresh":"•","expires":"2026"}'),
        ("username=alice&password=x&client_secret=y", "username=alice&password=•&client_secret=•"),
        ("token=abc", "token=•"),
        ("/polls/api/questions/?token=abc&page=1", "/polls/api/questions/?token=•&page=1"),
        ('[{"token": "abc"}]', '[{"token": "•"}]'),
        ("", ""),
    ],
)  # fmt: skip
def test_a_body_shows_all_but_its_secrets(body, shown):
    assert seen(marked(body)) == shown
    assert plain(marked(body)) == body


def test_what_was_sent_can_not_forge_a_mark():
    assert seen(marked(f"a{BEGIN}b{END}c")) == "abc"
    assert seen(marked(f'{{"password": "a{END}b"}}')) == '{"password": "•"}'


def test_an_exchange_is_shown_whole():
    headers = (("Authorization", "Token abc"),)
    one = Exchange("POST", "/x/?token=s", headers, "password=p", 200, (("Set-Cookie", "a=b; Path=/"),), '{"token": "t"}', 1.234)
    shown = one.shown()
    assert (shown["status"], shown["reason"], shown["milliseconds"]) == (200, "OK", 1.2)
    assert seen(json.dumps(shown, ensure_ascii=False)).count("•") == 5


def test_a_body_is_read_as_what_it_says_it_is():
    assert fields('{"a": 1}', "application/json") == {"a": 1}
    assert fields("a=1&b=", "application/x-www-form-urlencoded") == {"a": "1", "b": ""}
    assert fields("{", "application/json") == fields("[1]", "application/json") == {}
