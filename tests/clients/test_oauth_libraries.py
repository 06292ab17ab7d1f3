"""Authlib and requests-oauthlib, which speak OAuth2 by the book, against live sites: nobody told them anything of this one."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OAuthError, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session as Authlib
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc.errors import InvalidClaimError, JoseError
from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError, MismatchingStateError, OAuth2Error
from requests_oauthlib import OAuth2Session

from schemes.story import READ, VOTE
from tests.clients.live import Person
from tests.schemes.browsing import CALLBACK

SERVICE = ("demo-service", "demo-secret")
SCOPE = "read write"
PAST = 1_000_000_000

pytestmark = pytest.mark.xdist_group("oauth2")


@pytest.fixture(autouse=True)
def plain_http(monkeypatch):
    """Both refuse plain HTTP, which the demo speaks, on loopback alone."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def site(sites):
    return sites("oauth2", OIDC_ENABLED="1")


@pytest.fixture
def person(site) -> Person:
    return Person(site)


@pytest.fixture
def told(site) -> dict[str, Any]:
    """What is on here: the one address that a client is given is the issuer (RFC 8414, section 3)."""
    return requests.get(f"{site.address}/.well-known/oauth-authorization-server", timeout=30).json()


def issuer_of(answer: str) -> str:
    """The issuer in the answer (RFC 9207), which neither library looks at."""
    return parse_qs(urlsplit(answer).query)["iss"][0]


def opens(site, token: dict[str, Any] | str) -> bool:
    """Whether the site itself takes an access token, asked without a library."""
    access = token if isinstance(token, str) else token["access_token"]
    answer = requests.get(f"{site.address}{READ}", headers={"Authorization": f"Bearer {access}"}, timeout=30)
    assert answer.status_code in (200, 401)
    return answer.ok


# Authlib


def by_authlib(told, **options) -> Authlib:
    usual = {"client_id": "demo-web", "scope": SCOPE, "redirect_uri": CALLBACK, "code_challenge_method": "S256"}
    return Authlib(**usual | options, token_endpoint=told["token_endpoint"], default_timeout=30)


def authlib_signed_in(told, person, **options) -> Authlib:
    """A session of Authlib's, once the person allowed it."""
    session = by_authlib(told, **options)
    verifier = "a-verifier-that-is-long-enough-for-the-rfc-7636"
    address, state = session.create_authorization_url(told["authorization_endpoint"], code_verifier=verifier)
    answer = person.answers(address)
    assert issuer_of(answer) == told["issuer"]
    session.fetch_token(authorization_response=answer, state=state, code_verifier=verifier)
    return session


def test_authlib_finds_nothing_wrong_in_the_metadata(site, told):
    AuthorizationServerMetadata(told).validate()
    OpenIDProviderMetadata(requests.get(f"{site.address}/.well-known/openid-configuration", timeout=30).json()).validate()


def test_authlib_signs_in_reads_votes_and_renews_when_its_token_is_over(site, told, person):
    renewed = []
    session = authlib_signed_in(told, person, update_token=lambda token, refresh_token: renewed.append(refresh_token))
    first = dict(session.token)
    assert (first["token_type"], first["expires_in"], first["scope"]) == ("Bearer", 300, SCOPE)
    assert session.get(f"{site.address}{READ}").json()["id"] == 1
    assert session.put(f"{site.address}{VOTE}", json={"choice": 2}).json()["choice"] == 2
    session.token = first | {"expires_at": PAST}
    assert session.get(f"{site.address}{VOTE}").json()["choice"] == 2
    assert renewed == [first["refresh_token"]]
    assert [opens(site, token) for token in (first, session.token)] == [False, True]
    assert session.token["refresh_token"] != first["refresh_token"]


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_authlib_revokes_what_it_was_given_and_nothing_opens_any_more(site, told, person, which):
    session = authlib_signed_in(told, person)
    assert "Demo web page" in person.allows()
    assert session.revoke_token(told["revocation_endpoint"], session.token[which], token_type_hint=which).status_code == 200
    assert not opens(site, session.token)
    assert "Demo web page" not in person.allows()
    with pytest.raises(OAuthError, match="invalid_grant"):
        session.refresh_token()


def test_authlib_is_told_why_in_the_words_of_the_rfc(told, person):
    session = by_authlib(told)
    address, _ = session.create_authorization_url(told["authorization_endpoint"], code_verifier="v" * 43)
    answer = person.answers(address)
    with pytest.raises(OAuthError, match="invalid_grant"):
        session.fetch_token(authorization_response=answer, code_verifier="w" * 43)
    with pytest.raises(OAuthError, match="invalid_client"):
        by_authlib(told, client_id="nobody").fetch_token(authorization_response=answer, code_verifier="v" * 43)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_asks_in_its_own_name(site, told, method):
    methods = {"token_endpoint_auth_method": method, "revocation_endpoint_auth_method": method}
    assert method in told["token_endpoint_auth_methods_supported"]
    name, secret = SERVICE
    session = by_authlib(told, client_id=name, client_secret=secret, scope="read", grant_type="client_credentials", **methods)
    session.fetch_token()
    assert session.get(f"{site.address}{READ}").status_code == 200
    assert session.introspect_token(told["introspection_endpoint"]).json()["client_id"] == name
    session.token = session.token | {"expires_at": PAST}
    assert session.get(f"{site.address}{READ}").status_code == 200  # it asked for another
    last = dict(session.token)
    session.revoke_token(told["revocation_endpoint"])
    assert not opens(site, last)
    assert session.introspect_token(told["introspection_endpoint"], last["access_token"]).json() == {"active": False}


class Relying(OAuth2Mixin, OpenIDMixin, BaseApp):
    """What Authlib's Django, Flask and FastAPI clients are made of: it discovers, and judges id tokens."""

    client_cls = Authlib


def test_authlib_believes_the_id_token(site, person):
    scope = {"scope": "openid profile email", "code_challenge_method": "S256", "default_timeout": 30}
    discovery = f"{site.address}/.well-known/openid-configuration"
    app = Relying(None, "poll", client_id="demo-web", client_kwargs=scope, server_metadata_url=discovery)
    asked = app.create_authorization_url(CALLBACK)
    answer = person.answers(asked["url"])
    token = app.fetch_access_token(CALLBACK, authorization_response=answer, code_verifier=asked["code_verifier"])
    known = app.parse_id_token(token, nonce=asked["nonce"])
    assert (known["preferred_username"], known["email"]) == (person.name, f"{person.name}@example.com")
    assert app.userinfo(token=token)["sub"] == known["sub"]
    with pytest.raises(InvalidClaimError, match="nonce"):
        app.parse_id_token(token, nonce="of somebody else's sign-in")
    app.client_id = "another-application"
    with pytest.raises(JoseError):
        app.parse_id_token(token, nonce=asked["nonce"])


# requests-oauthlib


def by_requests(told, **options) -> OAuth2Session:
    """Where it is not told otherwise it sends a public client's id as Basic, with an empty secret: hence include_client_id."""
    return OAuth2Session("demo-web", scope=SCOPE.split(), redirect_uri=CALLBACK, pkce="S256", **options)


def requests_signed_in(told, person, **options) -> OAuth2Session:
    session = by_requests(told, **options)
    address, _ = session.authorization_url(told["authorization_endpoint"])
    answer = person.answers(address)
    assert issuer_of(answer) == told["issuer"]
    session.fetch_token(told["token_endpoint"], authorization_response=answer, include_client_id=True, timeout=30)
    return session


def revoked(told, session: OAuth2Session, token: str, **options) -> requests.Response:
    """requests-oauthlib has no revocation; the oauthlib below it says how."""
    address, headers, body = session._client.prepare_token_revocation_request(told["revocation_endpoint"], token, **options)
    return requests.post(address, data=body, headers=headers, timeout=30)


def test_requests_oauthlib_signs_in_reads_votes_and_renews_when_its_token_is_over(site, told, person):
    renewed = []
    renewing = {"auto_refresh_url": told["token_endpoint"], "auto_refresh_kwargs": {"client_id": "demo-web"}}
    session = requests_signed_in(told, person, token_updater=renewed.append, **renewing)
    first = dict(session.token)
    assert (first["token_type"], first["expires_in"], first["scope"]) == ("Bearer", 300, SCOPE.split())
    assert session.get(f"{site.address}{READ}").json()["id"] == 1
    assert session.put(f"{site.address}{VOTE}", json={"choice": 3}).json()["choice"] == 3
    session.token = first | {"expires_at": PAST}
    assert session.get(f"{site.address}{VOTE}").json()["choice"] == 3
    assert [token["access_token"] for token in renewed] == [session.access_token]
    assert [opens(site, token) for token in (first, session.token)] == [False, True]


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_requests_oauthlib_revokes_what_it_was_given_and_nothing_opens_any_more(site, told, person, which):
    session = requests_signed_in(told, person)
    assert revoked(told, session, session.token[which], token_type_hint=which, client_id="demo-web").status_code == 200
    assert not opens(site, session.token)
    with pytest.raises(InvalidGrantError):
        session.refresh_token(told["token_endpoint"], client_id="demo-web")


def test_requests_oauthlib_is_told_why_in_the_words_of_the_rfc(told, person):
    session = by_requests(told)
    address, _ = session.authorization_url(told["authorization_endpoint"])
    endpoint, how = told["token_endpoint"], {"include_client_id": True, "timeout": 30}
    with pytest.raises(OAuth2Error, match="access_denied"):
        session.fetch_token(endpoint, authorization_response=person.answers(address, allow=None), **how)
    answer = person.answers(address)
    with pytest.raises(MismatchingStateError):
        session.fetch_token(endpoint, authorization_response=answer.replace("state=", "state=x"), **how)
    session._code_verifier = "w" * 43
    with pytest.raises(InvalidGrantError):
        session.fetch_token(endpoint, authorization_response=answer, **how)


BY_POST = {"client_secret": SERVICE[1], "include_client_id": True}


@pytest.mark.parametrize("how", [{"auth": SERVICE}, BY_POST], ids=["basic", "post"])
def test_requests_oauthlib_asks_in_its_own_name(site, told, how):
    session = OAuth2Session(client=BackendApplicationClient(SERVICE[0], scope=["read"]))
    session.fetch_token(told["token_endpoint"], timeout=30, **how)
    assert session.get(f"{site.address}{READ}", timeout=30).status_code == 200
    assert "refresh_token" not in session.token
    token = session.access_token
    asked = requests.post(told["introspection_endpoint"], data={"token": token}, auth=SERVICE, timeout=30).json()
    assert (asked["active"], asked["scope"]) == (True, "read")
    assert revoked(told, session, token, client_id=SERVICE[0], client_secret=SERVICE[1]).status_code == 200
    assert not opens(site, token)
