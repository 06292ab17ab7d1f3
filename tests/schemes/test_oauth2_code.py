"""OAuth2 without the password grant: authorization code with PKCE, client credentials, metadata, OpenID Connect, consent."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import requests

from project.compare.consent import pkce
from project.compare.servers import manage
from schemes.story import READ, VOTE
from tests.schemes.browsing import CALLBACK, Browser, answered

SERVICE = ("demo-service", "demo-secret")
NAMED = {"OAUTH2_RESOURCE_SERVERS": "demo-service"}
"""A site where the application may ask for everybody's tokens."""
SCOPED = {"OIDC_ENABLED": "1"}


@pytest.fixture
def site(sites):
    return sites("oauth2", **SCOPED)


@pytest.fixture
def agent(site) -> Browser:
    """A browser, of somebody who has not signed in."""
    return Browser(site.address)


def asking(challenge: str, **changed: str | None) -> str:
    """The address that an application sends its person to; None leaves a parameter out."""
    usual = {
        "response_type": "code",
        "client_id": "demo-web",
        "redirect_uri": CALLBACK,
        "scope": "read write",
        "state": "of-the-application",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    fields = {name: value for name, value in (usual | changed).items() if value is not None}
    return f"/auth/authorize/?{urlencode(fields)}"


def token(agent: Browser, **fields: str | None) -> requests.Response:
    form = {"client_id": "demo-web", **fields}
    form = {name: value for name, value in form.items() if value is not None}
    return requests.post(f"{agent.address}/auth/token/", data=form, timeout=30)


def spend(agent: Browser, code: str, verifier: str, /, **fields: str | None) -> requests.Response:
    usual = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier}
    return token(agent, **(usual | fields))


def renew(agent: Browser, refresh_token: str) -> requests.Response:
    return token(agent, grant_type="refresh_token", refresh_token=refresh_token)


def read(agent: Browser, access_token: str, path: str = READ) -> requests.Response:
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{agent.address}{path}", headers=headers, timeout=30)


def consent(agent: Browser, name: str = "alice", **changed: str | None) -> tuple[str, str]:
    """Sign in, allow: the code, and the verifier that it is worth nothing without."""
    verifier, challenge = pkce()
    agent.cookies.clear()
    page = agent.sign_in(asking(challenge, **changed), name)
    told = answered(agent.fill(page, allow="yes"))
    assert told["state"] == "of-the-application"
    return told["code"], verifier


@pytest.fixture
def allowed(agent) -> dict[str, str]:
    """Tokens that an application got by code."""
    code, verifier = consent(agent)
    answer = spend(agent, code, verifier)
    assert answer.status_code == 200, answer.text
    return answer.json()


def shell(site, code: str) -> str:
    return manage(["shell", "-v0", "-c", code], site.environment | {"AUTH_PROFILE": "oauth2"})


def test_the_consent_page_names_the_application_and_the_scopes_in_plain_words(agent):
    page = agent.sign_in(asking(pkce()[1]))
    assert page.status_code == 200
    assert all(words in page.text for words in ("Allow Demo web page?", "Read polls and your account", "Vote, and", "alice"))
    assert page.headers["Cache-Control"].count("no-store")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "http://127.0.0.1:49152" in page.headers["Content-Security-Policy"]


def test_a_code_gives_tokens_that_read_vote_and_renew(agent, allowed):
    assert allowed["scope"] == "read write"
    assert read(agent, allowed["access_token"]).status_code == 200
    assert read(agent, allowed["access_token"], "/accounts/me/").json()["username"] == "alice"
    renewed = renew(agent, allowed["refresh_token"])
    assert renewed.status_code == 200
    assert read(agent, renewed.json()["access_token"]).status_code == 200
    assert read(agent, allowed["access_token"]).status_code == 401


def test_the_answer_and_the_metadata_name_one_issuer(agent):
    told = answered(agent.fill(agent.sign_in(asking(pkce()[1])), allow="yes"))
    assert told["iss"] == agent.address == agent.go("/.well-known/oauth-authorization-server").json()["issuer"]


def test_a_question_that_is_too_long_to_come_back_to_is_told_so(agent):
    assert "state" in agent.go(asking(pkce()[1], state="x" * 2000)).text
    assert agent.go(asking(pkce()[1], state="x" * 2000)).status_code == 414
    assert agent.sign_in(asking(pkce()[1], state="x" * 1500)).status_code == 200


def test_whoever_refuses_is_believed(agent):
    told = answered(agent.fill(agent.sign_in(asking(pkce()[1])), allow=None))
    assert told == {"error": "access_denied", "state": "of-the-application", "iss": agent.address}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "read everything"}, "invalid_scope"),
        ({"scope": "introspection"}, "invalid_scope"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://evil.test/"}, "request_uri_not_supported"),
        ({"max_age": "1"}, "invalid_request"),
    ],
    ids=str,
)
def test_a_wrong_question_goes_back_to_the_application_with_the_reason(agent, changed, error):
    told = answered(agent.sign_in(asking(pkce()[1], **changed)))
    assert (told["error"], told["state"], told["iss"]) == (error, "of-the-application", agent.address)


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "a\0b"},
        {"redirect_uri": "https://evil.test/callback"},
        {"redirect_uri": "http://127.0.0.1/callback/../else"},
        {"redirect_uri": "http://127.0.0.1/callback?more=1"},
        {"redirect_uri": "http://127.0.0.1/callback#part"},
        {"redirect_uri": "http://me@127.0.0.1/callback"},
        {"redirect_uri": "http://localhost/callback"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_nobody_is_sent_to_an_address_that_was_not_registered(agent, changed):
    page = agent.sign_in(asking(pkce()[1], **changed))
    assert page.status_code == 400
    assert "The application asked wrongly" in page.text


@pytest.mark.parametrize("scope", [None, ""])
def test_without_a_scope_an_application_may_read(agent, scope):
    code, verifier = consent(agent, scope=scope)
    assert spend(agent, code, verifier).json()["scope"] == "read"


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "wrong" * 10},
        {"code_verifier": None},
        {"redirect_uri": "http://127.0.0.1:1/callback"},
        {"client_id": "demo-client", "client_secret": "demo-secret"},
        {"code": "nonsense"},
        {"code": ""},
        {"code": None},
    ],
    ids=str,
)
def test_a_code_is_worth_nothing_without_what_belongs_to_it(agent, changed):
    code, verifier = consent(agent)
    refused = spend(agent, code, verifier, **changed)
    assert (refused.status_code, "error" in refused.json()) == (400, True)
    assert spend(agent, code, verifier).status_code == 200


def test_a_code_that_comes_again_ends_what_it_gave(agent):
    code, verifier = consent(agent)
    given = spend(agent, code, verifier).json()
    renewed = renew(agent, given["refresh_token"]).json()
    again = spend(agent, code, verifier)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert read(agent, renewed["access_token"]).status_code == 401
    assert renew(agent, renewed["refresh_token"]).status_code == 400


def test_of_several_uses_of_one_code_at_once_one_wins_at_most_and_none_is_an_error(agent):
    for _ in range(3):
        code, verifier = consent(agent)
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: spend(agent, code, verifier), range(6)))  # noqa: B023
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200, 400, 400, 400, 400, 400]
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert read(agent, won["access_token"]).status_code == 401


def test_a_code_ends_with_its_minute(sites, agent, site):
    code, verifier = consent(agent)
    shell(site, "from oauth2_provider.models import Grant; Grant.objects.update(expires='2020-01-01T00:00:00Z')")
    assert spend(agent, code, verifier).status_code == 400


def test_a_code_of_somebody_who_was_banned_meanwhile_gives_nothing(agent, site):
    name = f"banned_{os.urandom(4).hex()}"
    fields = {"username": name, "email": f"{name}@example.com", "password": "correct-horse-battery"}
    requests.post(f"{site.address}/accounts/register/", json=fields | {"password2": fields["password"]}, timeout=30)
    verifier, challenge = pkce()
    page = agent.sign_in(asking(challenge), name, fields["password"])
    code = answered(agent.fill(page, allow="yes"))["code"]
    shell(site, f"from project.accounts.models import User; User.objects.filter(username={name!r}).update(is_active=False)")
    assert spend(agent, code, verifier).status_code == 400


def test_neither_codes_nor_tokens_are_kept_as_they_are(agent, site):
    code, verifier = consent(agent)
    waiting, _ = consent(agent)
    given = spend(agent, code, verifier).json()
    rows = shell(
        site,
        "import json; from oauth2_provider.models import *; from schemes.oauth2.models import Credential as C; "
        "print(json.dumps([list(m.objects.values()) for m in (Grant, AccessToken, RefreshToken, IDToken, C)], default=str))",
    )
    assert len(json.loads(rows)[0]) >= 1
    assert not [secret for secret in (code, waiting, given["access_token"], given["refresh_token"]) if secret in rows]


def test_an_application_in_its_own_name_reads_and_is_nobody(agent):
    given = requests.post(f"{agent.address}/auth/token/", data={"grant_type": "client_credentials"}, auth=SERVICE, timeout=30)
    assert given.status_code == 200, given.text
    assert given.json()["scope"] == "read"
    assert "refresh_token" not in given.json()
    access = given.json()["access_token"]
    assert read(agent, access).status_code == 200
    for path in ("/accounts/me/", VOTE, "/auth/credentials/"):
        refused = read(agent, access, path)
        assert (refused.status_code, "person" in refused.json()["detail"]) == (403, True)
    headers = {"Authorization": f"Bearer {access}"}
    refused = requests.put(f"{agent.address}{VOTE}", json={"choice": 1}, headers=headers, timeout=30)
    assert (refused.status_code, 'scope="write"' in refused.headers["WWW-Authenticate"]) == (403, True)
    state = introspected(agent, SERVICE, access)
    assert state.pop("exp")
    assert state == {"active": True, "scope": "read", "client_id": "demo-service", "token_type": "Bearer"}
    requests.post(f"{agent.address}/auth/revoke_token/", data={"token": access}, auth=SERVICE, timeout=30)
    assert read(agent, access).status_code == 401


@pytest.mark.parametrize("scope", ["write", "openid", "read write"])
def test_an_application_in_its_own_name_gets_nothing_that_takes_a_person(agent, scope):
    asked = {"grant_type": "client_credentials", "scope": scope}
    refused = requests.post(f"{agent.address}/auth/token/", data=asked, auth=SERVICE, timeout=30)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def introspected(agent: Browser, application: tuple[str, str], access_token: str) -> dict[str, object]:
    answer = requests.post(f"{agent.address}/auth/introspect/", data={"token": access_token}, auth=application, timeout=30)
    return answer.json()


def test_a_resource_server_that_is_named_may_ask_for_everybodys_tokens(sites, agent, allowed):
    assert introspected(agent, SERVICE, allowed["access_token"]) == {"active": False}
    named = Browser(sites("oauth2", **NAMED).address)
    code, verifier = consent(named)
    access = spend(named, code, verifier).json()["access_token"]
    state = introspected(named, SERVICE, access)
    assert (state["active"], state["username"], state["client_id"]) == (True, "alice", "demo-web")
    assert introspected(named, ("demo-client", "demo-secret"), access) == {"active": False}


def test_a_renewal_may_ask_for_less_and_the_next_one_for_all_of_it(agent, allowed):
    less = token(agent, grant_type="refresh_token", refresh_token=allowed["refresh_token"], scope="read").json()
    assert less["scope"] == "read"
    again = token(agent, grant_type="refresh_token", refresh_token=less["refresh_token"], scope="read write")
    assert again.json()["scope"] == "read write"


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": ""},
        {},
        {"grant_type": ["client_credentials", "client_credentials"]},
        {"grant_type": "client_credentials", "client_secret": SERVICE[1]},
    ],
    ids=str,
)
def test_a_wrong_form_is_told_so_in_the_words_of_the_rfc(agent, form):
    refused = requests.post(f"{agent.address}/auth/token/", data={"a": "b", **form}, auth=SERVICE, timeout=30)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["/auth/token/", "/auth/revoke_token/", "/auth/introspect/"])
def test_an_application_that_is_refused_is_told_how_to_say_who_it_is(agent, path):
    form = {"grant_type": "client_credentials", "token": "x"}
    refused = requests.post(f"{agent.address}{path}", data=form, auth=(SERVICE[0], "wrong"), timeout=30)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    basic = requests.Request("POST", agent.address, auth=SERVICE).prepare().headers["Authorization"]
    headers = {"Authorization": basic.replace("Basic", "basic")}
    assert requests.post(f"{agent.address}{path}", data=form, headers=headers, timeout=30).status_code == 200


def test_the_applications_i_allowed_are_listed_and_can_be_revoked(agent):
    code, verifier = consent(agent, "bob")
    given = spend(agent, code, verifier).json()
    waiting, its_verifier = consent(agent, "bob")
    page = agent.go("/auth/allowed/")
    assert "Demo web page" in page.text
    assert "Vote, and change your account" in page.text
    done = agent.fill(page, client_id="demo-web")
    assert done.is_redirect
    assert read(agent, given["access_token"]).status_code == 401
    assert renew(agent, given["refresh_token"]).status_code == 400
    assert spend(agent, waiting, its_verifier).status_code == 400
    assert "Demo web page is no longer allowed" in agent.go("/auth/allowed/").text


def test_a_session_opens_pages_of_ones_own_and_never_the_api(agent):
    agent.sign_in("/auth/allowed/")
    assert agent.go(READ).status_code == 401
    assert agent.go("/polls/").is_redirect


def test_metadata_says_what_is_on_and_nothing_else(sites):
    plain = Browser(sites("oauth2").address)
    told = plain.go("/.well-known/oauth-authorization-server").json()
    assert told["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials", "password"]
    assert told["response_types_supported"] == ["code"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["scopes_supported"] == ["read", "write"]
    assert not [name for name in told if name in ("registration_endpoint", "jwks_uri", "device_authorization_endpoint")]
    for name in told:
        if name.endswith("_endpoint"):
            assert requests.post(told[name], data={"a": "b"}, timeout=30, allow_redirects=False).status_code != 404
    for path in ("/.well-known/openid-configuration", "/.well-known/jwks.json", "/auth/userinfo/", "/auth/convert-token/"):
        assert plain.go(path).status_code == 404


@pytest.mark.parametrize("grant", ["urn:ietf:params:oauth:grant-type:device_code", "implicit", "openid", "convert_token"])
def test_a_grant_that_is_off_is_unsupported(agent, grant):
    refused = requests.post(f"{agent.address}/auth/token/", data={"grant_type": grant, "code": "x"}, auth=SERVICE, timeout=30)
    assert refused.status_code == 400


def test_openid_connect_tells_who_it_is_and_its_keys_prove_it(agent):
    import jwt

    told = agent.go("/.well-known/openid-configuration").json()
    code, verifier = consent(agent, scope="openid profile email", nonce="once")
    given = spend(agent, code, verifier).json()
    key = jwt.PyJWKClient(told["jwks_uri"]).get_signing_key_from_jwt(given["id_token"])
    claims = jwt.decode(given["id_token"], key, ["RS256"], audience="demo-web", issuer=told["issuer"])
    assert (claims["nonce"], claims["preferred_username"], claims["email_verified"]) == ("once", "alice", False)
    asked = read(agent, given["access_token"], "/auth/userinfo/")
    assert asked.json()["sub"] == claims["sub"]
    assert asked.json()["email"] == "alice@example.com"
    assert read(agent, given["access_token"]).status_code == 403
    assert read(agent, given["id_token"]).status_code == 401
    assert read(agent, given["id_token"], "/auth/userinfo/").status_code == 401


def test_who_it_is_takes_the_scope_openid(agent, allowed):
    refused = read(agent, allowed["access_token"], "/auth/userinfo/")
    assert (refused.status_code, 'scope="openid"' in refused.headers["WWW-Authenticate"]) == (403, True)


def test_nobody_is_asked_where_the_application_says_so(agent):
    told = answered(agent.go(asking(pkce()[1], prompt="none", scope="openid")))
    assert (told["error"], told["iss"]) == ("login_required", agent.address)
    agent.sign_in("/auth/allowed/")
    assert answered(agent.go(asking(pkce()[1], prompt="none", scope="openid")))["error"] == "consent_required"


@pytest.mark.parametrize(
    ("kind", "grant"), [("public", "password"), ("public", "client-credentials"), ("confidential", "implicit")]
)
def test_an_application_that_must_not_be_is_refused_at_creation(site, kind, grant):
    with pytest.raises(Exception, match="returned non-zero"):
        manage(["createapplication", kind, grant], site.environment | {"AUTH_PROFILE": "oauth2"})
    agent = Browser(site.address)
    page = agent.go(agent.go("/admin/oauth2_provider/application/add/").headers["Location"])
    agent.fill(page, username="admin", password="admin-demo-pass")
    form = agent.go("/admin/oauth2_provider/application/add/")
    again = agent.fill(form, name="wrong", client_type=kind, authorization_grant_type=grant, algorithm="")
    assert again.status_code == 200
    assert "errorlist" in again.text


def test_a_script_makes_an_application_and_one_without_an_algorithm_gets_no_id_token(site, agent):
    made = ["createapplication", "public", "authorization-code", "--client-id", "of-a-script", "--redirect-uris", CALLBACK]
    assert "created successfully" in manage(made, site.environment | {"AUTH_PROFILE": "oauth2"})
    told = answered(agent.sign_in(asking(pkce()[1], client_id="of-a-script", scope="openid read")))
    assert told["error"] == "invalid_scope"
    code, verifier = consent(agent, client_id="of-a-script")
    assert spend(agent, code, verifier, client_id="of-a-script").json()["scope"] == "read write"


def test_a_public_application_gets_nothing_by_password(site, agent):
    shell(
        site,
        "from oauth2_provider.models import Application as A; A.objects.get_or_create(client_id='carried-here', "
        "defaults=dict(client_type='public', authorization_grant_type='password'))",
    )
    form = {"grant_type": "password", "client_id": "carried-here", "username": "alice", "password": "alice-demo-pass"}
    refused = requests.post(f"{agent.address}/auth/token/", data=form, timeout=30)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize("field", ["client_id", "redirect_uri", "scope", "response_type", "code_challenge"])
def test_a_consent_form_that_was_changed_is_never_an_error_of_ours(agent, field):
    page = agent.sign_in(asking(pkce()[1]))
    for value in ("nonsense", "", "a\0b"):
        assert agent.fill(page, **{field: value, "allow": "yes"}).status_code < 500
