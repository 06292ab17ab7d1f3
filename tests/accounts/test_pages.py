"""Registration and a person's own account as pages: without scripts, and as strict as the API."""

import uuid

import pytest

from schemes import SCHEMES, STOCK
from tests.schemes.browsing import Browser

PASSWORD = "correct-horse-battery"
BY_SESSION = ["session", STOCK["session"]]


@pytest.fixture
def person(site) -> Browser:
    return Browser(site.address)


def registered(person: Browser, path: str = "/accounts/new/", **typed: str):
    name = f"u{uuid.uuid4().hex[:12]}"
    fields = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password2": PASSWORD}
    return person.fill(person.go(path), **fields | typed)


def csrf(person: Browser) -> str:
    return next(cookie.value for cookie in person.cookies if cookie.name.endswith("csrftoken"))


def do(person: Browser, form: str, **typed: str):
    fields = {"form": form, "csrfmiddlewaretoken": csrf(person)} | typed
    return person.post(f"{person.address}/accounts/own/", data=fields, allow_redirects=False, timeout=30)


def test_who_registered_goes_on_to_sign_in_and_then_where_they_wanted(person):
    answer = registered(person, "/accounts/new/?next=/polls/2/")
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fpolls%2F2%2F"
    assert "Welcome, u" in person.go(answer.headers["Location"]).text
    assert registered(person, "/accounts/new/?next=//elsewhere.test/").headers["Location"] == "/accounts/login/"


@pytest.mark.parametrize("profile", ["session"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"username": "ALICE"}, "This username is taken."),
        ({"username": "<b>"}, "3 to 30 letters"),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"password": "short", "password2": "short"}, "too short"),
        ({"password2": "another"}, "The two passwords differ."),
        ({"time_zone": "Mars/Olympus"}, "is not a valid choice"),
        ({"first_name": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_the_api_refuses_the_page_refuses_beside_the_field(person, typed, said):
    answer = registered(person, **typed)
    assert answer.status_code == 400
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<b>" not in answer.text
    assert PASSWORD not in answer.text


def test_a_page_without_its_csrf_token_registers_nobody(person):
    assert registered(person, csrfmiddlewaretoken="x" * 64).status_code == 403


def test_a_stranger_is_sent_to_sign_in(person):
    answer = person.go("/accounts/own/")
    assert answer.headers["Location"] == "/accounts/login/?next=/accounts/own/"


@pytest.mark.parametrize("profile", [name for name in SCHEMES if name != "session"])
def test_where_a_cookie_opens_no_api_it_opens_no_account(person):
    assert person.sign_in("/accounts/profile/").status_code == 200
    assert person.go("/accounts/own/").headers["Location"] == "/accounts/login/?next=/accounts/own/"
    assert do(person, "details", first_name="Eve").headers["Location"] == "/accounts/login/?next=/accounts/own/"


@pytest.mark.parametrize("profile", BY_SESSION)
def test_an_account_is_changed_by_the_rules_of_the_api(person):
    person.sign_in("/accounts/own/", "bob")
    assert do(person, "details", first_name="Robert").status_code == 302
    assert 'value="Robert"' in person.go("/accounts/own/").text
    refused = do(person, "email", email="robert@example.com", password="wrong")
    assert (refused.status_code, "This is not your password." in refused.text) == (400, True)
    assert 'value="Robert"' in refused.text
    assert do(person, "email", email="ALICE@example.com", password="bob-demo-pass").status_code == 400
    assert do(person, "details", is_staff="true", username="").status_code == 400
    assert do(person, "nothing").status_code == 400
    assert do(person, "details", csrfmiddlewaretoken="x" * 64, first_name="Eve").status_code == 403


@pytest.mark.parametrize("profile", ["session"])
def test_sign_ins_are_one_s_own_to_end(site, person):
    other, stranger = Browser(site.address), Browser(site.address)
    for one, name in ((person, "alice"), (other, "alice"), (stranger, "bob")):
        one.sign_in("/accounts/own/", name)
    theirs = stranger.go("/auth/credentials/").json()[0]["id"]
    assert do(person, "end", id=str(theirs)).status_code == 404
    assert do(person, "end", id="x").status_code == 404
    mine = next(one["id"] for one in other.go("/auth/credentials/").json() if one["current"])
    assert do(person, "end", id=str(mine)).status_code == 302
    assert other.go("/accounts/own/").is_redirect
    assert person.go("/accounts/own/").status_code == 200
    assert stranger.go("/accounts/own/").status_code == 200
    assert do(person, "everywhere").headers["Location"] == "/accounts/login/"
    assert person.go("/accounts/own/").is_redirect


@pytest.mark.parametrize("profile", [STOCK["session"]])
def test_what_the_library_lacks_is_no_form(person):
    assert "can't say" in person.sign_in("/accounts/own/").text
    assert do(person, "end", id="1").status_code == 404
    assert do(person, "everywhere").status_code == 404


@pytest.mark.parametrize("profile", ["session"])
def test_guesses_of_the_password_are_limited_here_too(person):
    person.sign_in("/accounts/own/", "admin")
    guess = {"old_password": "wrong", "new_password": "another-horse-battery"}
    answers = [do(person, "password", **guess) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert "Too many wrong passwords." in answers[-1].text
