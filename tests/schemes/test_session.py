"""What is peculiar to the session profile: the cookie, CSRF, the session's id."""

import json
import uuid

import pytest

from project.compare.client import Client
from schemes.session.models import Credential
from schemes.session.store import SessionStore
from schemes.story import READ, VOTE, card
from tests.heard import heard


@pytest.fixture
def visitor(sites) -> Client:
    return Client(sites("session").address, card("session"))


@pytest.fixture
def alice(visitor) -> Client:
    assert visitor.login().status_code == 200
    return visitor


def test_a_sign_in_without_the_csrf_token_is_refused(visitor):
    body = {"username": "alice", "password": "alice-demo-pass"}
    for options in ({"json": body}, {"data": body}, {"data": body, "headers": {"Origin": "http://evil.test"}}):
        answer = visitor.send("POST", "/auth/login/", **options)
        assert answer.status_code == 403
        assert answer.json()["detail"].startswith("CSRF Failed")
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("token", [None, "", "wrong", "a" * 64])
def test_a_change_without_the_csrf_token_is_refused_and_nothing_changes(alice, token):
    headers = {"Cookie": f"sessionid={alice.variables['sessionid']}; csrftoken={alice.variables['csrftoken']}"}
    before = alice.ask("GET", READ).json()
    answer = alice.send("PUT", VOTE, headers | ({} if token is None else {"X-CSRFToken": token}), json={"choice": 3})
    assert (answer.status_code, answer.json()["detail"][:11]) == (403, "CSRF Failed")
    assert alice.ask("GET", READ).json() == before


def test_a_foreign_page_is_refused_with_the_right_token_too(alice):
    assert alice.ask("PUT", VOTE, json={"choice": 1}, headers={"Origin": "http://evil.test"}).status_code == 403


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(visitor):
    visitor.do(visitor.scheme.before)
    cookie = next(value for value in visitor.do(visitor.scheme.login).raw.headers.getlist("Set-Cookie") if "sessionid" in value)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_a_session_id_that_somebody_planted_is_not_kept(alice):
    """Neither an unknown id nor one that was signed in survives a sign-in (session fixation)."""
    planted = alice.variables["sessionid"]
    before = {
        "Cookie": f"sessionid={planted}; csrftoken={alice.variables['csrftoken']}",
        "X-CSRFToken": alice.variables["csrftoken"],
    }
    answer = alice.send("POST", "/auth/login/", before, json={"username": "alice", "password": "alice-demo-pass"})
    assert answer.status_code == 200
    assert answer.cookies["sessionid"] != planted
    assert alice.send("GET", READ, {"Cookie": f"sessionid={planted}"}).status_code == 403
    assert alice.send("GET", READ, {"Cookie": f"sessionid={answer.cookies['sessionid']}"}).status_code == 200


def test_a_sign_in_changes_the_csrf_token(visitor):
    visitor.do(visitor.scheme.before)
    before = visitor.variables["csrftoken"]
    visitor.do(visitor.scheme.login)
    assert visitor.variables["csrftoken"] != before


def test_a_cookie_of_nobody_is_told_so(visitor):
    answer = visitor.send("GET", READ, {"Cookie": "sessionid=" + "a" * 32})
    assert (answer.status_code, answer.json()["detail"]) == (403, "Session ended or expired.")


@pytest.mark.django_db
@pytest.mark.parametrize("sign_in", ["login", "force_login"])
def test_django_s_test_client_signs_in(client, django_user_model, sign_in):
    ada = django_user_model.objects.create_user("ada", "ada@example.com", "correct-horse-battery")
    if sign_in == "login":
        assert client.login(username="ada", password="correct-horse-battery")
    else:
        client.force_login(ada)
    assert client.get("/accounts/me/").json()["username"] == "ada"


def test_signing_out_on_the_page_and_in_the_admin_is_logged_too(visitor, sites):
    name, password = f"u{uuid.uuid4().hex[:12]}", "correct-horse-battery"
    body = {"username": name, "email": f"{name}@example.com", "password": password, "password2": password}
    user = visitor.send("POST", "/accounts/register/", json=body).json()["id"]
    assert visitor.login(name, password).status_code == 200
    form = {"csrfmiddlewaretoken": visitor.variables["csrftoken"]}
    assert visitor.ask("POST", "/accounts/logout/", data=form).status_code == 302
    assert visitor.ask("GET", READ).status_code == 403
    events = [json.loads(line) for line in heard(sites("session")).splitlines() if line.startswith("{")]
    assert [one["event"] for one in events if one.get("user") == user] == ["registered", "signed in", "signed out"]


@pytest.mark.django_db
def test_a_new_key_keeps_what_the_session_holds_and_the_old_one_opens_nothing():
    """CWE-384: whoever planted a session before the sign-in must not hold it afterwards."""
    session = SessionStore()
    session["planted"] = "by somebody"
    session.save()
    old = session.session_key
    session.cycle_key()
    session.save()
    assert session.session_key != old
    assert SessionStore(session.session_key)["planted"] == "by somebody"
    assert SessionStore(old).load() == {}
    assert Credential.objects.count() == 1
