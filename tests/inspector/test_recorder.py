"""What the inspector keeps of a request, why it was answered so, and the same request sent again, whole or broken."""

import subprocess
import sys

import pytest
import requests

from project.compare.client import Client
from project.inspector.recorder import client
from schemes import PROFILES
from schemes.story import READ, VOTE, card
from tests.needs import need


def only(inspector) -> dict:
    (row,) = inspector.rows()
    return row


def visit(method: str, address: str, **options) -> requests.Response:
    return requests.request(method, address, timeout=30, **options)


def plain(text: str) -> str:
    return text.replace("\ue000", "").replace("\ue001", "")


def test_a_row_has_the_request_and_the_answer_as_they_travelled(site, visitor, inspector):
    answer = visitor.send("PUT", VOTE.rstrip("/") + "?x=%20", {"X-CSRFToken": "abc", "x-odd-name": "ü"}, json={"choice": 1})
    row = only(inspector)
    one = row["exchange"]
    assert (one["method"], one["path"], one["status"]) == ("PUT", "/polls/api/questions/1/vote?x=%20", answer.status_code)
    headers = {name: plain(value) for name, value in one["headers"]}
    assert headers["Content-Type"] == "application/json"
    assert headers["X-CSRFToken"] == "abc"
    assert "X-Odd-Name" in headers
    assert "X-Inspector" not in headers
    assert one["body"] == '{"choice": 1}'
    assert one["answer_body"] == answer.text
    assert {name for name, _ in one["answer_headers"]} >= {"Content-Type", "Vary"}
    assert row["client"] == "Requests"
    assert 0 < one["milliseconds"] < 20_000


def test_secrets_are_marked_and_statements_have_no_parameters(site, alice, inspector):
    alice.ask("GET", READ)
    row = only(inspector)
    shown = "\n".join(value for _, value in row["exchange"]["headers"])
    for name in alice.scheme.credential:
        if f"{{{name}}}" in "".join(alice.scheme.read.values()):
            assert f"\ue000{alice.variables[name]}\ue001" in shown
    assert row["statements"]
    assert all(milliseconds >= 0 and "SELECT" in sql for sql, milliseconds in row["statements"])
    assert "alice" not in str(row["statements"])


def test_it_says_who_decided_and_what_to_try(profile, site, alice, inspector):
    alice.ask("GET", READ)
    assert only(inspector)["kind"] == "authentication class"
    assert "alice" in only(inspector)["why"]
    assert only(inspector)["ends"]
    inspector.last = only(inspector)["id"]

    visit("GET", site.address + READ)
    row = only(inspector)
    assert row["kind"] == "permission class"
    assert row["who"] == "rest_framework.permissions.IsAuthenticated"
    assert "no credential" in row["why"]
    assert f"{profile}-2" in row["next"]
    assert row["challenge"]
    inspector.last = row["id"]

    alice.ask("DELETE", READ)
    row = only(inspector)
    assert (row["who"], row["exchange"]["status"]) == ("polls.api.StaffWrites", 403)
    assert "staff" in row["next"]
    assert "who asks is known" in row["challenge"]
    inspector.last = row["id"]

    visit("GET", site.address + "/auth/nothing/")
    assert only(inspector)["kind"] == "URL configuration"


@pytest.mark.parametrize("profile", ["jwt"])
def test_the_wrong_scheme_is_a_lesson(site, alice, inspector):
    visit("GET", site.address + READ, headers={"Authorization": f"Token {alice.variables['access']}"})
    row = only(inspector)
    assert "You sent `Token …`; this site runs jwt and wants `Authorization: Bearer …`." in row["why"]
    inspector.last = row["id"]
    visit("GET", site.address + READ, headers={"Authorization": f"Bearer {alice.variables['refresh']}"})
    row = only(inspector)
    assert "refresh token" in row["next"]
    assert "realm 'api'" in row["challenge"]
    assert "does not count" in row["challenge"]


@pytest.mark.parametrize("profile", ["session"])
def test_a_missing_csrf_token_is_told_from_a_missing_session(site, alice, inspector):
    alice.send("PUT", VOTE, {"Cookie": alice.fill("sessionid={sessionid}")}, json={"choice": 1})
    row = only(inspector)
    assert row["kind"] == "CSRF check"
    assert "X-CSRFToken" in row["next"]
    assert "proof that our own page asked" in row["challenge"]


@pytest.mark.parametrize("profile", PROFILES)
def test_each_way_to_break_a_request_is_really_refused(profile, site, inspector):
    person = Client(site.address, card(profile))
    person.login()
    person.ask("PUT", VOTE, json={"choice": 1})
    row = inspector.rows()[-1]
    wanted = {"replay", "without", "letter"}
    wanted |= {"csrf"} if "X-CSRFToken" in person.scheme.write else {"word"}
    wanted |= {"claim"} if "jwt" in profile else set()
    wanted |= {"expired"} if person.scheme.lifetimes else set()
    assert set(row["ways"]) == wanted
    for how in row["ways"]:
        answer = inspector.post("break", id=row["id"], how=how)
        assert answer.status_code == 200, answer.text
        again = answer.json()
        assert again["client"] == "inspector"
        assert again["exchange"]["status"] == (200 if how == "replay" else person.scheme.refused), how
        assert again["why"]
    assert person.ask("GET", READ).status_code == 200, "the clock is right again"
    assert inspector.post("break", id=row["id"], how="nonsense").status_code == 400
    assert inspector.post("break", id=10**9, how="replay").status_code == 404


def test_a_request_is_sent_as_it_was_written(site, alice, inspector):
    headers = alice.filled(alice.scheme.write) | {"Content-Type": "application/json", "User-Agent": "curl/8"}
    row = inspector.post("send", method="PUT", path=VOTE, headers=headers, body='{"choice": 2}').json()
    assert (row["client"], row["exchange"]["status"]) == ("curl", 200)
    assert row["step"].endswith("-4")
    assert inspector.post("send", method="GET", path=READ, headers={}, body="").json()["client"] == "inspector"


@pytest.mark.parametrize("profile", ["token"])
def test_what_can_not_be_sent_is_refused_with_the_reason(inspector):
    good = {"method": "GET", "path": READ, "headers": {}, "body": ""}
    for wrong in (
        {"method": "TRACE"},
        {"method": 1},
        {"path": "//example.org/"},
        {"path": "http://example.org/"},
        {"path": "/inspect/rows/"},
        {"path": "/polls/api/ x"},
        {"path": "/polls/api/\r\nX: 1"},
        {"headers": {"A\r\nB": "1"}},
        {"headers": {"A": "1\r\nB: 2"}},
        {"headers": {"A": "\u20ac"}},
        {"headers": [1]},
        {"body": 1},
    ):
        answer = inspector.post("send", **good | wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["detail"]
    address = f"{inspector.site.address}/inspect/send/"
    assert visit("POST", address, json=good).status_code == 403
    assert inspector.session.get(address).status_code == 405
    assert visit("GET", f"{inspector.site.address}/inspect/rows/?after=x").status_code == 400
    assert visit("GET", f"{inspector.site.address}/inspect/rows/").headers["Cache-Control"].count("no-store") == 1


@pytest.mark.parametrize("voice", ["curl", "HTTPie", "Python"])
@pytest.mark.parametrize("profile", ["session", "oauth2"])
def test_a_copied_line_sends_the_same_again(voice, site, alice, inspector, tmp_path):
    need(*{"curl": ["bash", "curl"], "HTTPie": ["bash", "http"]}.get(voice, []))
    alice.send("PUT", VOTE, alice.filled(alice.scheme.write), json={"choice": 2, "note": 'it\'s "so" $HOME ü'})
    first = only(inspector)
    inspector.last = first["id"]
    line = first["lines"][voice]
    command = [sys.executable, "-c", line] if voice == "Python" else ["bash", "-c", line]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    again = only(inspector)
    for part in ("method", "path", "body", "status", "answer_body"):
        assert again["exchange"][part] == first["exchange"][part]
    assert again["client"] == {"Python": "Requests"}.get(voice, voice)


@pytest.mark.parametrize("profile", ["jwt"])
def test_a_signature_is_checked_by_who_holds_the_key(site, alice, inspector):
    token = alice.variables["access"]
    right = inspector.post("signature", token=token).json()
    assert right["valid"] is True
    assert "Only who holds the secret key" in right["why"]
    head, claims, signature = token.split(".")
    assert inspector.post("signature", token=f"{head}.{claims[:-2]}AA.{signature}").json()["valid"] is False
    assert inspector.post("signature", token="no token").json()["valid"] is False


@pytest.mark.parametrize("profile", ["token"])
def test_clearing_forgets_and_the_inspector_never_records_itself(site, visitor, inspector):
    visitor.ask("GET", READ)
    assert only(inspector)
    assert inspector.post("clear").json()["rows"] == []
    assert inspector.rows(0) == []
    visit("GET", f"{site.address}/polls/")
    visit("GET", f"{site.address}/healthz")
    assert inspector.rows(0) == []


@pytest.mark.parametrize("profile", ["token"])
def test_a_restart_has_another_epoch_and_only_the_newest_are_kept(sites, visitor, inspector):
    other = sites("token", TOKEN_EXPIRE_TIME="999")
    rows = f"{other.address}/inspect/rows/"
    assert (
        visit("GET", rows).json()["epoch"] != inspector.session.get(f"{inspector.site.address}/inspect/rows/").json()["epoch"]
    )
    with requests.Session() as session:
        for _ in range(205):
            session.get(other.address + READ)
    assert len(visit("GET", rows).json()["rows"]) == 200


@pytest.mark.parametrize("profile", ["jwt"])
def test_outside_debug_there_is_no_inspector(sites, profile):
    site = sites(profile, DEBUG="", LAB="1", SECRET_KEY="s" * 60, JWT_SIGNING_KEY="j" * 60)
    for path in ("", "rows/", "send/", "break/", "explain/", "signature/", "clear/"):
        assert visit("GET", f"{site.address}/inspect/{path}").status_code == 404
        assert visit("POST", f"{site.address}/inspect/{path}", json={}).status_code in (403, 404)


def test_a_client_is_known_by_its_name():
    assert client("curl/8.5.0") == "curl"
    assert client("HTTPie/3.2.1") == "HTTPie"
    assert client("PostmanRuntime/7.39.0") == "Postman"
    assert client("Mozilla/5.0 (X11; Linux x86_64) Chrome/1") == "browser"
    assert client("my-app/1.0 (tests)") == "my-app"
    assert client("") == "somebody"
