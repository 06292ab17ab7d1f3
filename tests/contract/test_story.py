"""What every scheme promises, told over HTTP by a client that knows the scheme by its card alone."""

import re
import socket
import threading
import time
import uuid
from http.client import HTTPResponse

import pytest

from project.compare.client import Client
from project.compare.servers import HOST, Site, manage
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.clients.live import later
from tests.heard import heard

ME = "/accounts/me/"
PASSWORD = "correct-horse-battery"
renewing = pytest.mark.parametrize("profile", [name for name in SCHEMES if card(name).refresh])


@pytest.fixture
def newcomer(visitor: Client) -> Client:
    """A person with an account of their own, signed in."""
    name = f"u{uuid.uuid4().hex[:12]}"
    answer = visitor.send(
        "POST",
        "/accounts/register/",
        json={"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password2": PASSWORD},
    )
    assert answer.status_code == 201, answer.text
    assert visitor.login(name, PASSWORD).status_code == 200
    return visitor


def assert_works(client: Client) -> None:
    answer = client.ask("GET", READ)
    assert answer.status_code == 200, answer.text


def assert_refused(client: Client) -> None:
    """Neither the credential nor what renews it opens the API; the refusal says so in words."""
    answer = client.ask("GET", READ)
    assert answer.status_code == client.scheme.refused, answer.text
    assert answer.json()["detail"]
    if client.scheme.refresh:
        assert client.copy().do(client.scheme.refresh).status_code in (400, 401)
        assert_unusable(client)


def assert_unusable(client: Client) -> None:
    assert client.ask("GET", READ).status_code == client.scheme.refused


def act_on(site: Site, name: str, statement: str) -> None:
    """What an operator does in the shell, behind the site's back."""
    code = f"from project.accounts.models import User; u = User.objects.get(username={name!r}); {statement}"
    manage(["shell", "-v0", "-c", code], site.environment)


def another_device(client: Client) -> Client:
    device = Client(client.address, client.scheme)
    assert device.login(client.variables["username"], client.variables["password"]).status_code == 200
    return device


def test_without_a_credential_nothing_is_shown(visitor):
    answer = visitor.ask("GET", READ)
    assert answer.status_code == visitor.scheme.refused
    assert answer.json()["detail"] == "Authentication credentials were not provided."
    challenge, carried = answer.headers.get("WWW-Authenticate"), visitor.scheme.read.get("Authorization")
    assert (challenge is None) == (visitor.scheme.refused == 403)
    assert challenge is None or challenge.split()[0] == carried.split()[0], "it asks for what it reads"


def test_a_credential_reads_and_votes(newcomer):
    assert_works(newcomer)
    answer = newcomer.ask("PUT", VOTE, json={"choice": 1})
    assert answer.status_code == 200, answer.text
    assert answer.json()["choice"] == 1


def test_verify_says_that_it_counts(alice):
    assert alice.do(alice.scheme.verify).status_code == 200


def test_a_letter_changed_makes_it_none(alice):
    for name in alice.scheme.login.keep:
        if "csrf" not in name:
            value = alice.variables[name]
            middle = len(value) // 2
            alice.variables[name] = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    assert_unusable(alice)


def test_logout_ends_the_copy_and_what_renews_it(newcomer):
    copy = newcomer.copy()
    assert newcomer.do(newcomer.scheme.logout).status_code == newcomer.scheme.logout.status
    assert_refused(copy)


def test_logout_by_the_common_path_ends_it_in_every_profile(newcomer):
    copy = newcomer.copy()
    assert newcomer.ask("POST", "/auth/logout/").status_code == 204
    assert_refused(copy)


def test_devices_are_separate(newcomer):
    phone, laptop = another_device(newcomer), another_device(newcomer)
    assert laptop.ask("POST", "/auth/logout/").status_code == 204
    assert_refused(laptop)
    assert_works(phone)


def test_logout_everywhere_ends_every_device(newcomer):
    phone = another_device(newcomer)
    assert phone.ask("POST", "/auth/logout/all/").status_code == 204
    assert_refused(phone)
    assert_refused(newcomer)


def test_credentials_are_listed_by_label_and_ended_one_by_one(newcomer):
    phone = another_device(newcomer)
    listed = phone.ask("GET", "/auth/credentials/")
    assert [set(c) for c in listed.json()] == [{"id", "created", "expires", "last_used", "label", "current"}] * 2
    assert [c["current"] for c in listed.json()] == [True, False]
    assert all("python-requests" in c["label"] for c in listed.json())
    assert all(secret not in listed.text for secret in secrets_of(phone))
    other = f"/auth/credentials/{listed.json()[1]['id']}/"
    bob = Client(phone.address, phone.scheme)
    bob.login("bob", "bob-demo-pass")
    assert bob.ask("DELETE", other).status_code == 404
    assert_works(newcomer)
    assert phone.ask("DELETE", other).status_code == 204
    assert_refused(newcomer)
    assert_works(phone)


def secrets_of(client: Client) -> list[str]:
    return [client.variables[name] for name in client.scheme.login.keep]


def test_every_sign_in_gives_a_new_credential(newcomer):
    before = secrets_of(newcomer)
    assert newcomer.do(newcomer.scheme.login).status_code == 200
    assert not set(before) & set(secrets_of(newcomer))


@pytest.mark.parametrize("statement", ["u.is_active = False; u.save()", "u.delete()"], ids=["deactivated", "deleted"])
def test_an_account_that_is_gone_is_refused_at_once(site, newcomer, statement):
    act_on(site, newcomer.variables["username"], statement)
    assert_refused(newcomer)
    again = Client(newcomer.address, newcomer.scheme)
    assert again.login(newcomer.variables["username"], PASSWORD).status_code in (400, 401)


def test_an_account_that_comes_back_does_not_bring_its_old_credentials(site, newcomer):
    act_on(site, newcomer.variables["username"], "u.is_active = False; u.save(); u.is_active = True; u.save()")
    assert_refused(newcomer)


@pytest.mark.parametrize(
    "statement",
    [
        "u.set_password('chosen-by-an-operator-7'); u.save()",
        "u.set_unusable_password(); u.save(update_fields=['password'])",
    ],
    ids=["changed", "switched off"],
)
def test_a_password_that_an_operator_changes_ends_every_credential(site, newcomer, statement):
    act_on(site, newcomer.variables["username"], statement)
    assert_refused(newcomer)


def test_a_password_change_ends_every_other_credential(newcomer):
    elsewhere = another_device(newcomer)
    body = {"old_password": PASSWORD, "new_password": "another-good-phrase-9"}
    answer = newcomer.ask("POST", "/accounts/password/", json=body)
    assert answer.status_code == 204, answer.text
    assert_refused(elsewhere)
    if newcomer.scheme.name == "session":  # the caller's own session goes on, under a new id
        newcomer.variables["sessionid"] = answer.cookies["sessionid"]
        assert_works(newcomer)
    else:
        assert_refused(newcomer)
    assert elsewhere.login(newcomer.variables["username"], "another-good-phrase-9").status_code == 200


SHORT = {"LOGIN_COOLOFF": "6"} | {
    setting: "7" if "refresh" in what else "3" for name in SCHEMES for what, setting in card(name).lifetimes.items()
}
"""Seconds: short enough to watch them end, long enough for a busy machine."""


@pytest.fixture
def brief(sites, profile) -> Site:
    """A site where everything ends soon."""
    return sites(profile, **SHORT)


@pytest.fixture
def hasty(brief, client_of) -> Client:
    """Bob, on that site."""
    person = client_of(brief)
    assert person.login("bob", "bob-demo-pass").status_code == 200
    return person


def test_a_credential_ends_by_itself(hasty, brief):
    assert_works(hasty)
    with later(brief, 4.2):
        assert_unusable(hasty)


@renewing
def test_renewing_does_not_outlive_the_first_sign_in(hasty, brief):
    for seconds in (1, 3, 5):
        with later(brief, seconds):
            assert hasty.do(hasty.scheme.refresh).status_code == 200
    with later(brief, 8.2):
        assert_refused(hasty)


@renewing
def test_a_refresh_gives_a_new_pair(newcomer):
    before = secrets_of(newcomer)
    assert newcomer.do(newcomer.scheme.refresh).status_code == 200
    assert not set(before) & set(secrets_of(newcomer))
    assert_works(newcomer)


@renewing
def test_a_replay_ends_the_family_and_no_other(newcomer):
    phone = another_device(newcomer)
    thief = newcomer.copy()
    assert newcomer.do(newcomer.scheme.refresh).status_code == 200
    assert thief.do(thief.scheme.refresh).status_code in (400, 401)
    assert_refused(newcomer)
    assert_works(phone)


@renewing
def test_of_several_refreshes_at_once_one_succeeds_and_the_family_ends(newcomer):
    devices = [newcomer.copy() for _ in range(6)]
    statuses: list[int] = []
    at_once = threading.Barrier(len(devices))

    def refresh(device: Client) -> None:
        at_once.wait()
        statuses.append(device.do(device.scheme.refresh).status_code)

    threads = [threading.Thread(target=refresh, args=[device]) for device in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 400, 401}, statuses
    for device in devices:
        assert_refused(device)


def test_an_unknown_name_and_a_wrong_password_get_one_answer(visitor):
    known, unknown = visitor.login("bob", "wrong"), visitor.login(f"nobody{uuid.uuid4().hex[:8]}", "wrong")
    assert known.status_code == unknown.status_code == (401 if visitor.scheme.name == "jwt" else 400)
    assert known.text == unknown.text


def test_ten_wrong_passwords_shut_the_gate_for_the_right_one_too(newcomer):
    guesser = Client(newcomer.address, newcomer.scheme)
    name = newcomer.variables["username"]
    assert [guesser.login(name.upper(), f"guess {n}").status_code for n in range(10)].count(429) == 0
    shut = guesser.login(name, PASSWORD)
    assert shut.status_code == 429
    assert 0 < int(shut.headers["Retry-After"]) <= 300
    assert_works(newcomer)  # who is signed in stays so
    body = {"old_password": PASSWORD, "new_password": "another-good-phrase-9"}
    assert newcomer.ask("POST", "/accounts/password/", json=body).status_code == 429
    assert Client(newcomer.address, newcomer.scheme).login("bob", "bob-demo-pass").status_code == 200


def test_of_many_guesses_at_once_ten_learn_something(newcomer):
    name = newcomer.variables["username"]
    statuses: list[int] = []

    def guess(n: int) -> None:
        statuses.append(Client(newcomer.address, newcomer.scheme).login(name, f"guess {n}").status_code)

    threads = [threading.Thread(target=guess, args=[n]) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(429) == 10, statuses


def test_the_gate_opens_when_the_pause_is_over(hasty, brief):
    for n in range(10):
        hasty.login("alice", f"guess {n}")
    shut = hasty.login("alice")
    assert shut.status_code == 429
    with later(brief, int(shut.headers["Retry-After"]) + 0.5):
        assert hasty.login("alice").status_code == 200


def test_right_passwords_never_count(newcomer):
    name = newcomer.variables["username"]
    for n in range(9):
        newcomer.login(name, f"guess {n}")
    assert newcomer.login(name, PASSWORD).status_code == 200
    assert [newcomer.login(name, f"guess {n}").status_code for n in range(9)].count(429) == 0


def test_secrets_are_digests_at_rest(site, newcomer):
    """Nothing that the client holds stands in the database, in any table."""
    assert_works(newcomer)
    stored = manage(["dumpdata"], site.environment)
    assert newcomer.variables["username"] in stored
    held = [secret for name, secret in newcomer.variables.items() if name in newcomer.scheme.login.keep]
    assert not [secret for secret in held if secret in stored]


def test_events_are_logged_without_secrets(site, newcomer):
    newcomer.login(newcomer.variables["username"], "a wrong password")
    newcomer.variables["password"] = PASSWORD
    newcomer.ask("POST", "/auth/logout/")
    newcomer.ask("GET", READ)
    said = heard(site)
    for event in ("signed in", "refused", "signed out", "credential refused"):
        assert re.search(rf'{{"time": "[^"]+", "level": "INFO", "logger": "events", "event": "{event}"', said), event
    for secret in [*secrets_of(newcomer), PASSWORD, "a wrong password"]:
        assert secret not in said


def test_no_credential_in_a_url_or_body_is_read(alice):
    for name, secret in alice.variables.items():
        if name in alice.scheme.login.keep:
            answer = alice.send("GET", f"{READ}?{name}={secret}&access_token={secret}&token={secret}")
            assert answer.status_code == alice.scheme.refused
            answer = alice.send("POST", VOTE, data={"access_token": secret, "token": secret, "choice": "1"})
            assert answer.status_code == alice.scheme.refused


def test_a_cookie_alone_opens_the_api_in_the_session_profile_only(sites, site, profile, client_of):
    """The admin's session, in the same browser and over the same database, is no way into the API."""
    browser = Client(site.address, client_of(site).scheme)
    page = browser.send("GET", "/admin/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    form = {
        "username": "admin@example.com",
        "password": "admin-demo-pass",
        "csrfmiddlewaretoken": token,
        "next": "/admin/",
    }
    answer = browser.send("POST", "/admin/login/", data=form, cookies=page.cookies)
    assert answer.status_code == 302, answer.text
    assert browser.send("GET", "/admin/", cookies=answer.cookies).status_code == 200
    opened = browser.send("GET", READ, cookies=answer.cookies)
    assert opened.status_code == (200 if profile == "session" else 401)


def test_the_admin_stands_behind_the_same_gate(site, newcomer):
    browser = Client(site.address, newcomer.scheme)
    page = browser.send("GET", "/admin/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    form = {"username": newcomer.variables["username"], "csrfmiddlewaretoken": token, "password": "wrong"}
    statuses = [browser.send("POST", "/admin/login/", data=form, cookies=page.cookies).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert browser.login(newcomer.variables["username"], PASSWORD).status_code == 429


def test_every_path_answers_without_its_slash_for_every_method(newcomer):
    for method, path in [("GET", ME), ("PATCH", ME), ("GET", READ), ("PUT", VOTE), ("GET", "/auth/credentials/")]:
        body = {} if method == "GET" else {"json": {"choice": 1}}
        assert newcomer.ask(method, path.rstrip("/"), **body).status_code == 200, path


def test_a_body_is_never_led_elsewhere_and_too_many_fields_are_refused(newcomer):
    assert newcomer.ask("POST", "/polls/1", json={"choice": 1}).status_code == 404
    assert newcomer.send("GET", "/accounts/login").status_code in (200, 301)
    assert newcomer.send("GET", "/accounts/login/?" + "a=1&" * 101).status_code == 400


def test_discovery_says_what_the_card_says(site, profile, visitor):
    body = visitor.send("GET", "/auth/").json()
    assert body["profile"] == profile
    assert body["endpoints"]["login"]["path"] == visitor.scheme.login.path
    assert ("refresh" in body["endpoints"]) == (visitor.scheme.refresh is not None)
    assert all(isinstance(seconds, int) for seconds in body["lifetimes"].values())


def test_answers_about_credentials_are_kept_by_no_cache(alice):
    for answer in (alice.do(alice.scheme.login), alice.ask("GET", ME), alice.ask("GET", "/auth/credentials/")):
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_refusal_does_not_overtake_the_body_and_so_costs_no_connection(visitor, site):
    """A client on a kept connection sends the body a moment after the headers, is refused, renews, and repeats."""
    with socket.create_connection((HOST, site.port), timeout=10) as connection:
        head = f"Host: {HOST}:{site.port}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"PUT {VOTE} HTTP/1.1\r\n{head}Content-Length: 13\r\n\r\n".encode())
        time.sleep(0.05)
        connection.sendall(b'{"choice": 1}')
        assert answered(connection) == visitor.scheme.refused
        connection.sendall(f"GET /healthz HTTP/1.1\r\n{head}\r\n".encode())
        assert answered(connection) == 200


def answered(connection: socket.socket) -> int:
    response = HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status
