"""A program sends a provider's token and gets what a sign-in gives, in every profile; or a reason, and nothing is made."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from project.compare.client import Client
from schemes.story import card
from tests.heard import heard
from tests.social.conftest import Program, connected, counted, rows
from tests.social.fake import KEY, Fake

VERIFIED = {"email_verified": True}


def detail(answer) -> str:
    return answer.json().get("detail") or answer.json()["error_description"]


def test_a_token_of_somebody_new_makes_an_account_that_is_signed_in(program, fake, site):
    token = fake.token(preferred_username="Grace Hopper", email="grace@example.net", given_name="Grace", **VERIFIED)
    before = counted(site)
    assert program.exchange(token).status_code == 200
    me = program.me()
    assert (me["username"], me["email"], me["first_name"]) == ("Grace_Hopper", "grace@example.net", "Grace")
    assert counted(site) == [(before[0][0] + 1, before[0][1] + 1)]
    again = Program(site)
    assert again.exchange(token).status_code == 200
    assert again.me()["id"] == me["id"]
    assert counted(site) == [(before[0][0] + 1, before[0][1] + 1)]


def test_what_a_provider_s_token_gives_is_what_a_password_gives(program, fake, site, profile):
    """The same fields, and as long a life."""
    given = program.exchange(fake.token()).json()
    by_password = Client(site.address, card(profile)).login().json()
    assert set(given) == set(by_password)
    assert given.get("expires_in") == by_password.get("expires_in")


def test_nothing_of_the_provider_s_tokens_is_kept(program, fake, site):
    token = fake.token("keeper")
    assert program.exchange(token).is_success
    [(kept,)] = rows(site, "SELECT extra_data FROM social_auth_usersocialauth WHERE uid LIKE ?", "%#keeper")
    assert kept in ("{}", {})
    if site.environment["DATABASE_URL"].startswith("sqlite"):
        with closing(connected(site.environment["DATABASE_URL"])) as connection:
            assert token not in "\n".join(connection.iterdump())
    assert token not in heard(site)


def test_a_token_of_another_application_is_refused_before_it_is_asked_whose_it_is(program, fake, site):
    before, asked = counted(site), len(fake.asked)
    answer = program.exchange(fake.token(client="somebody-elses"))
    assert answer.status_code == 400
    assert "issued to another application" in detail(answer)
    assert "/userinfo" not in fake.asked[asked:]
    assert counted(site) == before


def test_an_id_token_that_binds_the_access_token_saves_the_question(program, fake):
    token, asked = fake.token(), len(fake.asked)
    assert program.exchange(token, id_token=fake.id_token(token)).status_code == 200
    assert "/introspect" not in fake.asked[asked:]


def test_an_id_token_that_binds_no_access_token_saves_nothing(program, fake, site):
    ours, foreign = fake.token(), fake.token(client="somebody-elses")
    unbound = fake.id_token(ours, at_hash=None)
    assert program.exchange(ours, id_token=unbound).status_code == 200
    before = counted(site)
    assert program.exchange(foreign, id_token=unbound).status_code == 400
    assert program.exchange(foreign, id_token=fake.id_token(ours)).status_code == 400
    assert counted(site) == before


@pytest.mark.parametrize(
    "changed",
    [{"aud": "somebody-elses"}, {"iss": "http://127.0.0.1:1"}, {"exp": 1000}, {"sub": None}, {"aud": [KEY, "x"], "azp": "x"}],
    ids=["audience", "issuer", "expired", "nobody", "party"],
)
def test_an_id_token_that_is_not_for_us_is_refused(program, fake, site, changed):
    token, before = fake.token(), counted(site)
    assert program.exchange(token, id_token=fake.id_token(token, **changed)).status_code == 400
    assert counted(site) == before


def test_an_id_token_that_somebody_else_signed_is_refused(program, fake, site):
    token, before = fake.token(), counted(site)
    forged = fake.id_token(token, key=rsa.generate_private_key(65537, 2048))
    assert program.exchange(token, id_token=forged).status_code == 400
    assert program.exchange(token, id_token="a.b.c").status_code == 400
    assert program.exchange(token, id_token="rubbish").status_code == 400
    assert counted(site) == before


def test_an_address_that_is_taken_is_refused_and_explained(program, fake, site):
    before = counted(site)
    answer = program.exchange(fake.token(email="Alice@Example.com", **VERIFIED))
    assert answer.status_code == 400
    assert "link the provider on its account page" in detail(answer)
    assert counted(site) == before


@pytest.mark.parametrize("claim", [{}, {"email_verified": False}, {"email_verified": "true"}], ids=["silent", "no", "text"])
def test_an_address_that_nobody_verified_is_nobody_s(program, fake, claim):
    assert program.exchange(fake.token(email="alice@example.com", **claim)).status_code == 200
    me = program.me()
    assert me["username"] != "alice"
    assert me["email"].endswith("@no-address.invalid")


def test_the_same_number_at_another_provider_is_another_person(program, fake, site):
    token = fake.token("4711")
    assert program.exchange(token, "oidc").is_success
    first = program.me()["id"]
    found = {first}
    for provider in ("google-oauth2", "github", "facebook"):
        other = Program(site)
        assert other.exchange(token, provider).is_success, provider
        found.add(other.me()["id"])
    assert len(found) == 4


def test_the_same_subject_of_another_issuer_is_another_person(program, fake, sites, profile, site):
    other = Fake()
    try:
        assert program.exchange(fake.token("sub-1")).is_success
        moved = sites(profile, **other.environment("oidc") | {"DATABASE_URL": site.environment["DATABASE_URL"]})
        stranger = Program(moved)
        assert stranger.exchange(other.token("sub-1")).is_success
        assert stranger.me()["id"] != program.me()["id"]
    finally:
        other.close()


def test_an_account_that_is_not_active_is_refused(program, fake, site):
    token = fake.token("sleeper")
    assert program.exchange(token).is_success
    number = program.me()["id"]
    rows(site, "UPDATE accounts_user SET is_active = FALSE WHERE id = ?", number)
    answer = Program(site).exchange(token)
    assert answer.status_code == 400
    assert "not active" in detail(answer)


def test_two_first_sign_ins_at_once_make_one_account(program, fake, site):
    token, before = fake.token("twin", preferred_username="twin"), counted(site)
    programs = [Program(site) for _ in range(6)]
    for one in programs:
        one.csrf()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: one.exchange(token), programs))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({one.me()["id"] for one in programs}) == 1
    assert counted(site) == [(before[0][0] + 1, before[0][1] + 1)]


@pytest.mark.parametrize("sub", ["", None, 7, "None", "a\0b"], ids=["empty", "null", "number", "none", "nul"])
def test_a_provider_that_does_not_say_who_it_is_makes_no_account(program, fake, site, sub):
    token = fake.token()
    fake.tokens[token]["sub"] = sub
    if sub == "None":  # behind an issuer it is a name like any other
        assert program.exchange(token).is_success
        return
    before = counted(site)
    assert program.exchange(token).status_code in (400, 502)
    assert counted(site) == before


@pytest.mark.parametrize("sub", [None, "", "None"], ids=["null", "empty", "none"])
@pytest.mark.parametrize("provider", ["google-oauth2", "facebook"])
def test_nobody_is_called_none(program, fake, site, provider, sub):
    token, before = fake.token(), counted(site)
    fake.tokens[token]["sub"] = sub
    assert program.exchange(token, provider).status_code in (400, 502)
    assert counted(site) == before


def test_answers_about_different_people_are_refused(program, fake, site):
    token, before = fake.token("one"), counted(site)
    fake.tokens[token]["claims"] = {"sub": "two"}
    assert program.exchange(token).status_code in (400, 502)
    assert counted(site) == before


@pytest.mark.parametrize("provider", ["google-oauth2", "github", "facebook"])
def test_the_others_are_asked_too_whom_a_token_was_issued_to(program, fake, site, provider):
    before = counted(site)
    for token in (fake.token("99", client="somebody-elses"), "unknown"):
        answer = program.exchange(token, provider)
        assert answer.status_code == 400, answer.text
        assert "issued to another application" in detail(answer)
    assert counted(site) == before
    assert program.exchange(fake.token("42"), provider).status_code == 200


def test_a_provider_that_cannot_be_asked_is_refused(program, fake, site):
    before = counted(site)
    answer = program.exchange(fake.token("42"), "twitter-oauth2")
    assert answer.status_code == 400
    assert "Sign in with it in a browser" in detail(answer)
    assert counted(site) == before


def test_github_s_and_google_s_verified_addresses_are_taken(program, fake, site):
    emails = [{"email": "o@example.net", "primary": False, "verified": True}]
    emails += [{"email": f"octo-{program.scheme.name}@example.net", "primary": True, "verified": True}]
    assert program.exchange(fake.token("1001", emails=emails), "github").is_success
    assert program.me()["email"] == f"octo-{program.scheme.name}@example.net"
    assert program.me()["username"].startswith("octocat")
    taken = fake.token("1002", email="alice@example.com", email_verified=True)
    assert program.exchange(taken, "google-oauth2").status_code == 400


def test_a_provider_that_is_not_here_is_not_found(program, fake):
    assert program.exchange(fake.token(), "gitlab").status_code == 404


@pytest.mark.parametrize(
    "token", ["", "a b", "a\r\nX: y", "ü", "t" * 20000], ids=["empty", "space", "header", "letter", "long"]
)
def test_what_is_no_token_is_refused_unasked(program, fake, token):
    asked = len(fake.asked)
    assert program.exchange(token).status_code == 400
    assert len(fake.asked) == asked


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        ("/introspect", "down", 503),
        ("/introspect", "slow", 503),
        ("/introspect", "error", 503),
        ("/introspect", "rubbish", 502),
        ("/introspect", "odd", 502),
        ("/userinfo", "down", 503),
        ("/userinfo", "slow", 503),
        ("/userinfo", "rubbish", 502),
        ("/userinfo", "odd", 502),
    ],
)
def test_a_provider_in_trouble_is_told_so_and_nothing_is_made(program, fake, site, path, how, status):
    before = counted(site)
    with fake.failing(path, how):
        answer = program.exchange(fake.token())
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/json")
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "provider" in detail(answer)
    assert counted(site) == before


@pytest.mark.parametrize("profile", ["session"])
def test_a_session_is_given_to_nobody_without_the_csrf_token(program, fake, site):
    answer = program.http.post("/auth/social/oidc/", json={"access_token": fake.token()})
    assert answer.status_code == 403
