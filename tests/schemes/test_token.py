"""What is peculiar to the token profile: the header, and the three refusals of the expiring-token tutorials."""

import pytest

from project.compare.client import Client
from project.compare.servers import manage
from schemes.story import READ, card


@pytest.fixture
def site(sites):
    return sites("token")


@pytest.fixture
def alice(site) -> Client:
    client = Client(site.address, card("token"))
    assert client.login().status_code == 200
    return client


@pytest.mark.parametrize("header", ["Token", "Token ", "Token a b", "Token " + "x" * 5000, "Token nonsense"])
def test_a_header_that_holds_no_token_is_refused_and_says_why(alice, header):
    answer = alice.send("GET", READ, {"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert answer.json()["detail"].startswith("Invalid token")


@pytest.mark.parametrize("header", ["Bearer {token}", "Basic {token}", "{token}", "tokens {token}"])
def test_a_header_of_another_scheme_is_none(alice, header):
    answer = alice.send("GET", READ, {"Authorization": header.format_map(alice.variables)})
    assert (answer.status_code, answer.json()["detail"]) == (401, "Authentication credentials were not provided.")


@pytest.mark.parametrize("word", ["token", "TOKEN", "Token"])
def test_the_word_is_read_in_any_case(alice, word):
    assert alice.send("GET", READ, {"Authorization": f"{word} {alice.variables['token']}"}).status_code == 200


def test_an_expired_token_says_that_it_has_expired(site, alice):
    code = (
        "from schemes.token.models import Credential as Token; from schemes.credential import digest; "
        f"Token.objects.filter(digest=digest({alice.variables['token']!r})).update(expires='2020-01-01T00:00:00Z')"
    )
    manage(["shell", "-v0", "-c", code], site.environment)
    assert alice.ask("GET", READ).json() == {"detail": "Token has expired."}


def test_the_answer_says_when_the_token_ends(alice):
    listed = alice.ask("GET", "/auth/credentials/").json()
    assert alice.do(alice.scheme.login).json()["expires"][:10] == listed[0]["expires"][:10]
