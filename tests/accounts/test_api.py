"""Registration, the caller's own account, a new password: over HTTP, in every profile."""

import threading
import uuid

import pytest

from project.compare.client import Client

PASSWORD = "correct-horse-battery"


def register(visitor: Client, name: str = "", **fields):
    name = name or f"u{uuid.uuid4().hex[:12]}"
    body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password2": PASSWORD}
    return visitor.send("POST", "/accounts/register/", json=body | fields)


@pytest.fixture
def newcomer(visitor: Client) -> Client:
    answer = register(visitor)
    assert answer.status_code == 201, answer.text
    assert visitor.login(answer.json()["email"], PASSWORD).status_code == 200
    return visitor


def test_a_registration_answers_the_account_and_never_a_password(visitor):
    answer = register(visitor, first_name="Ada", last_name="L", time_zone="Europe/Berlin")
    body = answer.json()
    assert (answer.status_code, body["first_name"], body["time_zone"]) == (201, "Ada", "Europe/Berlin")
    assert "password" not in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "no spaces!"}, "username"),
        ({"username": "ab"}, "username"),
        ({"username": "a" * 31}, "username"),
        ({"username": "ALICE"}, "username"),
        ({"username": "ａｌｉｃｅ"}, "username"),
        ({"username": "bob@example.com"}, "username"),
        ({"username": None}, "username"),
        ({"email": "not-an-address"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "Alice@Example.com"}, "email"),
        ({"email": "x" * 250 + "@example.com"}, "email"),
        ({"password": "12345678", "password2": "12345678"}, "password"),
        ({"password": "password1234", "password2": "password1234"}, "password"),
        ({"password": "eleven-char", "password2": "eleven-char"}, "password"),
        ({"password": "alice-demo-pass", "password2": "alice-demo-pass"}, "password"),
        ({"password2": "something-else-entirely"}, "password2"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
    ids=str,
)
def test_what_cannot_be_registered_is_refused_with_errors_by_field(visitor, fields, field):
    answer = register(visitor, **fields)
    assert answer.status_code == 400, answer.text
    assert list(answer.json()) == [field]
    assert all(isinstance(message, str) for message in answer.json()[field])


@pytest.mark.parametrize("password", ["fifteen-letters", "two  spaces at the end  ", "🐎🔋 correct staple", "p" + "q8" * 100])
def test_a_good_password_is_taken_as_typed(visitor, password):
    answer = register(visitor, password=password, password2=password)
    assert answer.status_code == 201, answer.text
    assert visitor.login(answer.json()["username"], password).status_code == 200
    assert visitor.login(answer.json()["username"], password + " ").status_code in (400, 401)


def test_of_two_registrations_of_one_name_at_once_one_succeeds(visitor):
    name = f"u{uuid.uuid4().hex[:12]}"
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda n=n: statuses.append(register(visitor, name, email=f"{name}{n}@example.com").status_code)
        )
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [400] * 5


def test_nobody_raises_their_own_rights(newcomer):
    raised = {"is_staff": True, "is_superuser": True, "id": 1, "is_active": True, "created": "2000-01-01T00:00:00Z"}
    before = newcomer.ask("GET", "/accounts/me/").json()
    after = newcomer.ask("PATCH", "/accounts/me/", json=raised | {"first_name": "Ada"}).json()
    assert after | {"first_name": "", "modified": ""} == before | {"modified": ""}
    registered = register(newcomer, **raised).json()
    assert (registered["is_staff"], registered["is_superuser"]) == (False, False)


def test_a_new_email_needs_the_password(newcomer):
    address = f"{uuid.uuid4().hex}@example.com"
    for wrong in ({}, {"password": "not-the-password"}):
        answer = newcomer.ask("PATCH", "/accounts/me/", json={"email": address} | wrong)
        assert (answer.status_code, list(answer.json())) == (400, ["password"])
    answer = newcomer.ask("PATCH", "/accounts/me/", json={"email": address, "password": PASSWORD})
    assert (answer.status_code, answer.json()["email"]) == (200, address)
    assert newcomer.login(address, PASSWORD).status_code == 200


def test_the_same_email_needs_no_password_and_a_put_takes_the_whole_account(newcomer):
    me = newcomer.ask("GET", "/accounts/me/").json()
    whole = {name: me[name] for name in ("username", "email", "last_name", "time_zone")} | {"first_name": "Grace"}
    answer = newcomer.ask("PUT", "/accounts/me/", json=whole)
    assert (answer.status_code, answer.json()["first_name"]) == (200, "Grace")
    assert newcomer.ask("PUT", "/accounts/me/", json={"first_name": "Grace"}).status_code == 400


@pytest.mark.parametrize("field", ["username", "email"])
def test_a_taken_name_or_address_is_refused_on_change_too(newcomer, field):
    taken = {"username": "BOB", "email": "BOB@example.com"}[field]
    answer = newcomer.ask("PATCH", "/accounts/me/", json={field: taken, "password": PASSWORD})
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("new", ["short", "12345678901234", "bob-demo-pass", ""])
def test_a_weak_new_password_is_refused_and_the_old_one_stays(newcomer, new):
    answer = newcomer.ask("POST", "/accounts/password/", json={"old_password": PASSWORD, "new_password": new})
    assert (answer.status_code, list(answer.json())) == (400, ["new_password"])
    assert newcomer.do(newcomer.scheme.login).status_code == 200


def test_the_last_sign_in_is_recorded(newcomer):
    assert newcomer.ask("GET", "/accounts/me/").json()["last_login"].endswith("Z")
