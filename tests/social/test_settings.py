"""A provider by environment alone: what is there, and what stops the program with name, value and what is accepted."""

import pytest

from project.compare.servers import manage
from schemes import SCHEMES
from tests.test_settings import DEPLOYED, check

OIDC = {
    "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": "https://login.example.org/",
    "SOCIAL_AUTH_OIDC_KEY": "this-site",
    "SOCIAL_AUTH_OIDC_SECRET": "a-secret-word",
}
NAMES = ["OIDC", "GOOGLE_OAUTH2", "GITHUB", "FACEBOOK", "TWITTER_OAUTH2"]


@pytest.mark.parametrize("profile", SCHEMES)
def test_every_profile_starts_with_every_provider(profile):
    pairs = {f"SOCIAL_AUTH_{name}_{part}": "a-secret-word" for name in NAMES for part in ("KEY", "SECRET")}
    done = check(DEPLOYED | pairs | OIDC | {"AUTH_PROFILE": profile}, "--deploy")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("given", "missing"), [("KEY", "SECRET"), ("SECRET", "KEY")])
def test_half_a_pair_stops_the_program(name, given, missing):
    done = check(DEPLOYED | {f"SOCIAL_AUTH_{name}_{given}": "a-secret-word"})
    assert done.returncode == 1
    assert f"SOCIAL_AUTH_{name}_{missing} is not set, but SOCIAL_AUTH_{name}_{given} is. Accepted: both" in done.stderr
    assert "a-secret-word" not in done.stderr


def test_openid_connect_needs_an_endpoint_and_an_endpoint_needs_a_key():
    done = check(DEPLOYED | {name: value for name, value in OIDC.items() if "ENDPOINT" not in name})
    assert "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT is not set" in done.stderr
    done = check(DEPLOYED | {name: value for name, value in OIDC.items() if "ENDPOINT" in name})
    assert "SOCIAL_AUTH_OIDC_KEY is not set" in done.stderr


@pytest.mark.parametrize("name", ["SOCIAL_AUTH_OIDC_OIDC_ENDPOINT", "SOCIAL_AUTH_OIDC_AUTHORIZATION_URL"])
@pytest.mark.parametrize(
    "value", ["login.example.org", "ftp://login.example.org", "https://", "https://[", "https://x:99999999"]
)
def test_an_address_that_is_none_stops_the_program(name, value):
    done = check(DEPLOYED | OIDC | {name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"This site can't start: {name}={value!r} can't be used. Accepted: an address such as https://"
    )
    assert "a-secret-word" not in done.stderr


def test_plain_http_is_for_the_lab_alone():
    plain = OIDC | {"SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": "http://127.0.0.1:9400"}
    done = check(DEPLOYED | plain)
    assert done.returncode == 1
    assert "secrets would travel in the clear. Accepted: https://" in done.stderr
    assert check({"DEBUG": "1"} | plain).returncode == 0


def test_a_provider_s_secret_is_shown_as_stars():
    shown = manage(["diffsettings"], {"DEBUG": "1", "AUTH_PROFILE": "token"} | OIDC)
    assert "SOCIAL_AUTH_OIDC_SECRET = '********'" in shown
    assert "a-secret-word" not in shown
