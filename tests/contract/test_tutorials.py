"""What a reader of the old tutorials types, as it stands there: paths without a slash, forms, the words of each header."""

import pytest
import requests

QUESTION = "/polls/api/questions/1"
ALICE = {"username": "alice", "password": "alice-demo-pass"}
CLIENT = {"client_id": "demo-client", "client_secret": "demo-secret"}


def test_the_question_without_a_header_is_refused_in_the_words_that_the_tutorials_print(site):
    answer = requests.get(site.address + QUESTION, timeout=10, allow_redirects=False)
    assert answer.status_code in (401, 403)
    assert answer.json() == {"detail": "Authentication credentials were not provided."}


@pytest.mark.parametrize(
    ("profile", "path", "form", "field", "word"),
    [
        ("token", "/auth/login", {}, "token", "Token"),
        ("jwt", "/auth/login", {}, "access", "Bearer"),
        ("oauth2", "/auth/token", {"grant_type": "password", **CLIENT}, "access_token", "Bearer"),
    ],
)
def test_a_token_for_a_name_and_a_password_opens_the_question(site, path, form, field, word):
    signed_in = requests.post(site.address + path, data={**ALICE, **form}, timeout=10, allow_redirects=False)
    assert signed_in.status_code == 200, signed_in.text
    header = {"Authorization": f"{word} {signed_in.json()[field]}"}
    answer = requests.get(site.address + QUESTION, headers=header, timeout=10, allow_redirects=False)
    assert answer.status_code == 200
    assert answer.json()["question_text"]
    assert answer.url == site.address + QUESTION


@pytest.mark.parametrize("profile", ["oauth2"])
def test_the_client_may_name_itself_by_http_basic_as_curl_dash_u_does(site):
    form = {"grant_type": "password", **ALICE}
    answer = requests.post(f"{site.address}/auth/token", data=form, auth=tuple(CLIENT.values()), timeout=10)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"


@pytest.mark.parametrize("profile", ["jwt"])
def test_registering_refreshing_and_verifying_need_no_slash_either(site):
    send = requests.Session()
    pair = send.post(f"{site.address}/auth/login", json=ALICE, timeout=10).json()
    assert send.post(f"{site.address}/auth/verify", json={"token": pair["access"]}, timeout=10).status_code == 200
    assert send.post(f"{site.address}/auth/refresh", json={"refresh": pair["refresh"]}, timeout=10).status_code == 200
    assert send.post(f"{site.address}/accounts/register", json={}, timeout=10).status_code == 400
    assert send.get(f"{site.address}/accounts/me", timeout=10).status_code == 401


@pytest.mark.parametrize("profile", ["session"])
def test_the_ajax_login_with_a_csrf_token_then_the_polls(site):
    browser = requests.Session()
    token = browser.get(f"{site.address}/auth/csrf", timeout=10).json()["csrftoken"]
    signed_in = browser.post(f"{site.address}/auth/login", data=ALICE, headers={"X-CSRFToken": token}, timeout=10)
    assert signed_in.status_code == 200, signed_in.text
    assert browser.get(site.address + QUESTION, timeout=10).json()["choices"]
    assert "alice" in browser.get(f"{site.address}/polls/", timeout=10).text
