"""What is peculiar to the jwt profile: signatures, kinds of token, claims, clocks."""

import base64
import json
import time

import jwt
import pytest

from project.compare.client import Client
from schemes.story import READ, card

KEY = "k" * 64
ISSUER, AUDIENCE = "http://127.0.0.1:8000", "polls"


@pytest.fixture
def alice(sites) -> Client:
    """Signed in on a site whose key this test knows: it can sign whatever it likes."""
    client = Client(sites("jwt", JWT_SIGNING_KEY=KEY, PUBLIC_URL=ISSUER).address, card("jwt"))
    assert client.login().status_code == 200
    return client


def claims_of(token: str) -> dict:
    return jwt.decode(token, KEY, algorithms=["HS256"], audience=AUDIENCE)


def ask_with(alice: Client, token: str) -> int:
    answer = alice.send("GET", READ, {"Authorization": f"Bearer {token}"})
    assert alice.ask("GET", READ).status_code == 200, "the good token must still work"
    if answer.status_code == 401:
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    return answer.status_code


def signed(alice: Client, algorithm: str = "HS256", key: str = KEY, **changed) -> str:
    claims = claims_of(alice.variables["access"]) | changed
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)


def part(data: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def test_what_this_file_signs_is_taken_when_it_is_right(alice):
    assert ask_with(alice, signed(alice)) == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None])
def test_a_token_without_a_signature_is_refused(alice, algorithm):
    header = {"typ": "JWT"} | ({} if algorithm is None else {"alg": algorithm})
    for signature in ("", "AAAA"):
        assert ask_with(alice, f"{part(header)}.{part(claims_of(alice.variables['access']))}.{signature}") == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_with_the_right_key_is_refused(alice, algorithm):
    assert ask_with(alice, signed(alice, algorithm)) == 401


def test_another_key_is_refused(alice):
    assert ask_with(alice, signed(alice, key="x" * 64)) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": "now -1"}, {"exp": None}, {"exp": "soon"}, {"exp": 10**18}, {"exp": 10**30},
        {"iat": "now +600"}, {"nbf": "now +600"},
        {"iss": "http://evil.test"}, {"iss": None}, {"iss": ISSUER[:-1]},
        {"aud": "others"}, {"aud": None}, {"aud": []},
        {"token_type": "refresh"}, {"token_type": None}, {"jti": None},
        {"sid": None}, {"sid": 0}, {"sid": 2**70}, {"sid": "x"}, {"sid": [1]}, {"sid": {"a": 1}}, {"sid": 1.5},
        {"user_id": "2147483648"}, {"user_id": None}, {"user_id": "x"}, {"user_id": {"a": 1}},
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_that_is_wrong_is_refused(alice, changed):
    """Times are relative to the test, not to when tests were collected."""
    claims = {name: now_plus(value) if str(value).startswith("now ") else value for name, value in changed.items()}
    assert ask_with(alice, signed(alice, **claims)) == 401


def now_plus(offset: str) -> int:
    return int(time.time()) + int(offset.removeprefix("now "))


def test_a_clock_five_seconds_behind_is_no_fault(alice):
    """A node whose clock is behind ours sees an `iat` that is not yet in its future."""
    assert claims_of(alice.variables["access"])["iat"] <= time.time() - 5


def test_the_leeway_is_zero(alice):
    assert ask_with(alice, signed(alice, exp=int(time.time()) + 2)) == 200
    time.sleep(2)
    assert ask_with(alice, signed(alice, exp=int(time.time()))) == 401


def test_the_kinds_are_not_interchangeable(alice):
    assert ask_with(alice, alice.variables["refresh"]) == 401
    assert alice.send("POST", "/auth/refresh/", json={"refresh": alice.variables["access"]}).status_code == 401


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_verify_tells_whether_a_token_counts_now(alice, kind):
    token = alice.variables[kind]
    assert alice.send("POST", "/auth/verify/", json={"token": token}).status_code == 200
    alice.do(alice.scheme.logout)
    refused = alice.send("POST", "/auth/verify/", json={"token": token})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_refresh_token_that_was_used_does_not_verify_and_asking_ends_nothing(alice):
    used = alice.variables["refresh"]
    assert alice.do(alice.scheme.refresh).status_code == 200
    assert alice.send("POST", "/auth/verify/", json={"token": used}).status_code == 401
    assert alice.ask("GET", READ).status_code == 200


def test_a_client_whose_access_token_is_over_signs_out_with_its_refresh_token(alice):
    assert alice.send("POST", "/auth/logout/", json={"refresh": alice.variables["refresh"]}).status_code == 204
    assert alice.ask("GET", READ).status_code == 401


def test_nobody_signs_another_out(alice):
    bob = Client(alice.address, alice.scheme)
    bob.login("bob", "bob-demo-pass")
    assert bob.ask("POST", "/auth/logout/", json={"refresh": alice.variables["refresh"]}).status_code == 400
    assert alice.send("POST", "/auth/logout/").status_code == 401
    assert alice.ask("GET", READ).status_code == bob.ask("GET", READ).status_code == 200
