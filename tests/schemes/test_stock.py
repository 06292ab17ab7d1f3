"""The profiles that exist to be compared: the libraries as they ship, and the baseline."""

import json

import pytest
from oauth2_provider.settings import DEFAULTS as TOOLKIT
from rest_framework_simplejwt.settings import DEFAULTS as SIMPLEJWT

from project.compare.client import Client
from project.compare.servers import manage
from schemes import BASELINE, PROFILES, SCHEMES, STOCK
from schemes.story import READ, VOTE, card

PAGES = ["/", "/accounts/login/", "/accounts/logout/", "/polls/", "/polls/1/", "/admin/login/", "/api/docs/"]


@pytest.fixture(params=[*STOCK.values(), BASELINE])
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


def test_it_signs_in_reads_and_votes_by_its_card(alice):
    assert alice.ask("GET", READ).status_code == 200
    assert alice.ask("PUT", VOTE, json={"choice": 1}).json()["choice"] == 1
    assert alice.do(alice.scheme.verify).status_code == 200


def test_it_says_so_on_every_page(site, visitor):
    shown = {path: visitor.send("GET", path) for path in PAGES}
    assert [path for path, page in shown.items() if "For comparison only" not in page.text and page.status_code != 302] == []
    assert sum(page.status_code == 302 for page in shown.values()) <= 2, "some lead to the page that signs in"


@pytest.mark.parametrize("profile", SCHEMES)
def test_a_scheme_that_is_used_well_says_nothing_of_the_kind(visitor):
    for path in PAGES:
        assert "For comparison only" not in visitor.send("GET", path).text, path


def test_what_it_lacks_is_not_there(alice):
    assert alice.ask("GET", "/auth/credentials/").status_code == 404
    assert alice.ask("POST", "/auth/logout/all/").status_code == 404


@pytest.mark.parametrize("profile", [BASELINE, STOCK["token"], STOCK["jwt"]])
def test_a_library_without_logout_has_none(alice):
    assert alice.scheme.logout is None
    assert alice.ask("POST", "/auth/logout/").status_code == 404


def test_discovery_names_every_profile(profile, visitor):
    said = visitor.send("GET", "/auth/").json()
    assert said["profile"] == profile
    assert said["schemes"] == list(PROFILES)


def settings_of(profile: str, *names: str) -> dict[str, object]:
    code = "import json; from django.conf import settings; "
    code += f"print(json.dumps({{n: getattr(settings, n) for n in {names!r}}}, default=str))"
    return json.loads(manage(["shell", "-v0", "-c", code], {"DEBUG": "1", "AUTH_PROFILE": profile}))


def test_the_figures_of_jwt_stock_are_simplejwt_s_own():
    found = settings_of("jwt-stock", "SIMPLE_JWT")["SIMPLE_JWT"]
    assert found == {name: str(SIMPLEJWT[name]) for name in found}
    assert len(found) == 2


def test_the_figures_of_oauth2_stock_are_the_toolkit_s_own():
    found = settings_of("oauth2-stock", "OAUTH2_PROVIDER")["OAUTH2_PROVIDER"]
    found.pop("SCOPES")  # the same two, in our words
    assert {name: value for name, value in found.items() if value != TOOLKIT.get(name, False)} == {}


def test_stock_is_what_django_does_by_default():
    from django.conf import global_settings

    found = settings_of("session-stock", "AUTHENTICATION_BACKENDS", "SESSION_ENGINE", "SESSION_COOKIE_AGE")
    assert found == {name: getattr(global_settings, name) for name in found}


def test_a_stock_credential_opens_no_hardened_site(sites):
    """One database serves all profiles in the demo, and a token of the library as it ships must not count as one of ours."""
    for scheme, stock in STOCK.items():
        stranger = sites(stock)
        ours = sites(scheme, DATABASE_URL=stranger.environment["DATABASE_URL"])
        client = Client(stranger.address, card(stock))
        assert client.login("bob", "bob-demo-pass").ok
        assert client.ask("GET", READ).status_code == 200
        thief = Client(ours.address, card(scheme))
        thief.variables |= client.variables
        assert thief.ask("GET", READ).status_code == thief.scheme.refused, scheme
