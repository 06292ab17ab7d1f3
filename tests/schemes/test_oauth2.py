"""What is peculiar to the oauth2 profile: applications, scopes, forms, introspection, revocation."""

import pytest

from project.compare.client import Client
from project.compare.servers import manage
from schemes.story import READ, VOTE, card

CLIENT = {"client_id": "demo-client", "client_secret": "demo-secret"}
ALICE = {"grant_type": "password", "username": "alice", "password": "alice-demo-pass"}
OTHER = {"client_id": "other-client", "client_secret": "other-secret-of-the-tests"}


@pytest.fixture
def site(sites):
    return sites("oauth2")


@pytest.fixture
def visitor(site) -> Client:
    return Client(site.address, card("oauth2"))


@pytest.fixture
def alice(visitor) -> Client:
    assert visitor.login().status_code == 200
    return visitor


def token(client: Client, **fields: str):
    return client.send("POST", "/auth/token/", data=CLIENT | ALICE | fields)


@pytest.fixture
def other(site) -> dict[str, str]:
    """Another confidential application."""
    code = (
        "from oauth2_provider.models import Application as A; "
        f"A.objects.get_or_create(client_id={OTHER['client_id']!r}, defaults=dict(client_secret={OTHER['client_secret']!r}, "
        "client_type='confidential', authorization_grant_type='password'))"
    )
    manage(["shell", "-v0", "-c", code], site.environment)
    return OTHER


def test_without_a_scope_the_application_gets_all_that_it_may_ask_for(visitor):
    body = token(visitor).json()
    assert (body["scope"], body["token_type"], body["expires_in"]) == ("read write", "Bearer", 300)


def test_a_token_that_may_read_may_not_vote_and_is_told_which_scope_is_missing(visitor):
    answer = token(visitor, scope="read")
    assert answer.json()["scope"] == "read"
    visitor.variables |= answer.json()
    assert visitor.ask("GET", READ).status_code == 200
    refused = visitor.ask("PUT", VOTE, json={"choice": 1})
    assert refused.status_code == 403
    assert 'error="insufficient_scope", scope="write"' in refused.headers["WWW-Authenticate"]


def test_a_token_that_may_write_only_may_not_read(visitor):
    visitor.variables |= token(visitor, scope="write").json()
    assert visitor.ask("GET", READ).status_code == 403


@pytest.mark.parametrize("scope", ["introspection", "admin", "read admin"])
def test_a_scope_that_does_not_exist_is_refused(visitor, scope):
    answer = token(visitor, scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_refresh_does_not_widen_the_scope(visitor):
    refresh_token = token(visitor, scope="read").json()["refresh_token"]
    form = CLIENT | {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": "read write"}
    answer = visitor.send("POST", "/auth/token/", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "client",
    [CLIENT | {"client_secret": "wrong"}, CLIENT | {"client_secret": ""}, {"client_id": "nobody"}, {}],
    ids=str,
)
def test_an_application_that_is_not_who_it_says_is_refused(visitor, client):
    answer = visitor.send("POST", "/auth/token/", data=ALICE | client)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_client", "invalid_request")


def test_an_application_may_say_who_it_is_by_basic_authentication(visitor):
    assert visitor.send("POST", "/auth/token/", data=ALICE, auth=("demo-client", "demo-secret")).status_code == 200
    assert visitor.send("POST", "/auth/token/", data=ALICE, auth=("demo-client", "wrong")).status_code == 401


@pytest.mark.parametrize("path", ["/auth/token/", "/auth/introspect/", "/auth/revoke_token/"])
def test_forms_alone_are_read_and_nothing_from_the_url(alice, path):
    fields = CLIENT | ALICE | {"token": alice.variables["access_token"]}
    assert alice.send("POST", path, json=fields).status_code == 415
    in_url = alice.send("POST", path, params=fields)
    assert (in_url.status_code, in_url.json()["error"]) == (400, "invalid_request")
    assert alice.send("POST", path, params={"a": "b"}, data=fields).status_code == 400
    assert alice.send("GET", path, params=fields).status_code == 405
    assert alice.ask("GET", READ).status_code == 200


def test_a_grant_that_was_not_assigned_is_refused(visitor):
    for grant in (
        "client_credentials",
        "authorization_code",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
    ):
        answer = visitor.send("POST", "/auth/token/", data=CLIENT | {"grant_type": grant, "code": "x", "device_code": "x"})
        assert answer.status_code == 400, (grant, answer.text)


def introspect(client: Client, credentials: dict[str, str], kind: str = "access_token"):
    return client.send("POST", "/auth/introspect/", data=credentials | {"token": client.variables[kind]})


def test_introspection_tells_the_tokens_own_application(alice):
    state = introspect(alice, CLIENT).json()
    assert state.pop("exp") > 0
    assert state.pop("sub") == str(alice.ask("GET", "/accounts/me/").json()["id"])
    assert state == {
        "active": True, "scope": "read write", "client_id": "demo-client", "username": "alice", "token_type": "Bearer"
    }  # fmt: skip


def test_introspection_tells_nobody_else(alice, other):
    assert introspect(alice, other).json() == {"active": False}
    assert introspect(alice, {}).status_code == 401
    assert introspect(alice, CLIENT | {"client_secret": "wrong"}).status_code == 401
    bearer = {"Authorization": f"Bearer {alice.variables['access_token']}"}
    assert alice.send("POST", "/auth/introspect/", bearer, data={"token": "x"}).status_code == 401


def test_introspection_of_what_ended_says_so(site, visitor):
    name = "u" + visitor.address[-4:] + "gone"
    body = {"username": name, "email": f"{name}@example.com", "password": "correct-horse-battery"}
    visitor.send("POST", "/accounts/register/", json=body | {"password2": body["password"]})
    assert visitor.login(name, body["password"]).status_code == 200
    assert introspect(visitor, CLIENT).json()["active"] is True
    code = f"from project.accounts.models import User; User.objects.filter(username={name!r}).update(is_active=False)"
    manage(["shell", "-v0", "-c", code], site.environment)
    assert introspect(visitor, CLIENT).json() == {"active": False}
    assert visitor.ask("GET", READ).status_code == 401
    assert visitor.do(visitor.scheme.refresh).status_code == 400


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(alice, kind):
    answer = alice.send("POST", "/auth/revoke_token/", data=CLIENT | {"token": alice.variables[kind]})
    assert answer.status_code == 200
    assert alice.ask("GET", READ).status_code == 401
    assert alice.do(alice.scheme.refresh).status_code == 400


def test_families_stand_in_the_order_in_which_they_began(site, visitor):
    """One after the other, so that those of a day fill few pages; a renewal stays in its family."""
    for _ in range(3):
        assert visitor.login().status_code == 200
        assert visitor.do(visitor.scheme.refresh).status_code == 200
    code = """if True:
        from oauth2_provider.models import RefreshToken
        from schemes.oauth2.models import Credential
        grown = {token.token_family for token in RefreshToken.objects.order_by("-pk")[:6]}
        began = list(Credential.objects.order_by("pk").filter(token_family__in=grown).values_list("token_family", flat=True))
        print("families", len(began), began == sorted(began), {(family.version, family.variant) for family in began})
    """
    said = manage(["shell", "-v0", "-c", code], {"DEBUG": "1", "DATABASE_URL": site.environment["DATABASE_URL"]})
    assert said.strip() == "families 3 True {(7, 'specified in RFC 4122')}"


def test_revoking_takes_the_application_that_the_token_was_given_to(alice, other):
    for client, status in ((other, 200), ({}, 401), (CLIENT | {"client_secret": "wrong"}, 401)):
        answer = alice.send("POST", "/auth/revoke_token/", data=client | {"token": alice.variables["access_token"]})
        assert answer.status_code == status
    assert alice.send("POST", "/auth/revoke_token/", data=CLIENT | {"token": "nonsense"}).status_code == 200
    assert alice.ask("GET", READ).status_code == 200


def test_a_refresh_token_of_another_application_is_none(alice, other):
    form = other | {"grant_type": "refresh_token", "refresh_token": alice.variables["refresh_token"]}
    assert alice.send("POST", "/auth/token/", data=form).status_code == 400
    assert alice.do(alice.scheme.refresh).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/auth/applications/",
        "/auth/applications/register/",
        "/auth/device-authorization/",
        "/o/token/",
    ],
)
def test_doors_that_nobody_asked_for_do_not_exist(visitor, path):
    assert visitor.send("GET", path).status_code == 404
    assert visitor.send("POST", path).status_code == 404
