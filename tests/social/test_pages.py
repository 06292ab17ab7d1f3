"""A person's way to a provider and back, walked without a browser: what is refused, and what a provider in trouble leaves."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from schemes import BASELINE, SCHEMES, STOCK
from tests.social.conftest import ALL, Person, counted, link_of, rows
from tests.social.fake import Fake

BY_HEADER = [name for name in SCHEMES if name != "session"]
ABSENT = ["/social/login/oidc/", "/social/complete/oidc/", "/auth/social/oidc/", "/auth/hand-over/", "/auth/convert-token/"]
ELSEWHERE = ["//elsewhere.test/", "https://elsewhere.test/", "/\\elsewhere.test", "javascript:alert(1)"]
GITHUB = (
    "INSERT INTO social_auth_usersocialauth (user_id, provider, uid, id_key, extra_data, created, modified)"
    " VALUES (?, 'github', ?, 'id', '{}', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')"
)


@pytest.fixture
def somebody(fake):
    """Makes a person at the provider, who is the next to come back from there."""

    def make(sub: str, **claims) -> None:
        fake.next_person = {"sub": sub, **claims}

    return make


def me(walker: Person, answer: httpx.Response | None = None) -> dict:
    """The account that a credential opens: the session's, or that of the answer."""
    if answer is None:
        return walker.http.get("/accounts/me/").json()
    given = answer.json()
    word, secret = ("Token", given["token"]) if "token" in given else ("Bearer", given.get("access") or given["access_token"])
    return walker.http.get("/accounts/me/", headers={"Authorization": f"{word} {secret}"}).json()


def test_there_is_a_button_for_each_provider_and_no_more(sites, fake, profile, site):
    page = httpx.get(f"{site.address}/accounts/login/")
    assert page.text.count("Sign in with") == len(ALL)
    assert "form-action 'self' http://127.0.0.1" in page.headers["Content-Security-Policy"]
    one = sites(profile, **fake.environment("github"))
    page = httpx.get(f"{one.address}/accounts/login/")
    assert page.text.count("Sign in with") == 1
    assert "Sign in with GitHub" in page.text
    assert httpx.post(f"{one.address}/social/login/oidc/").status_code in (403, 404)
    assert httpx.get(f"{one.address}/social/complete/oidc/").status_code == 404


def test_without_a_provider_nothing_is_there(sites, profile):
    site = sites(profile)
    page = httpx.get(f"{site.address}/accounts/login/")
    assert "Sign in with" not in page.text
    assert page.headers["Content-Security-Policy"].count("form-action 'self'") == 1
    for path in ABSENT:
        assert httpx.post(site.address + path).status_code == 404, path


@pytest.mark.parametrize("profile", [BASELINE, STOCK["jwt"]])
def test_what_exists_to_be_compared_knows_no_provider(sites, fake, profile):
    site = sites(profile, **fake.environment("oidc", "github"))
    assert "Sign in with" not in httpx.get(f"{site.address}/accounts/login/").text
    assert httpx.post(f"{site.address}/auth/social/oidc/").status_code == 404


def test_the_way_begins_by_post_with_the_csrf_token(walker, site):
    assert walker.http.get("/social/login/oidc/").status_code == 405
    assert walker.http.post("/social/login/oidc/").status_code == 403
    away = walker.press()
    assert away.status_code == 302
    assert "code_challenge_method=S256" in away.headers["Location"]
    assert "state=" in away.headers["Location"]
    assert "nonce=" in away.headers["Location"]


@pytest.mark.parametrize("profile", ["session"])
def test_by_session_the_person_comes_back_signed_in(walker, somebody):
    somebody("ada", preferred_username="ada")
    back = walker.go(next="/polls/2/")
    assert back.headers["Location"] == "/polls/2/"
    assert me(walker)["username"] == "ada"
    somebody("ada", preferred_username="another")
    before = walker.http.cookies["sessionid"]
    walker.go()
    assert walker.http.cookies["sessionid"] != before
    assert me(walker)["username"] == "ada"


@pytest.mark.parametrize("profile", BY_HEADER)
def test_elsewhere_the_sign_in_page_takes_it_over_once(walker, somebody, site, profile):
    somebody(f"ada-{profile}", preferred_username=f"ada_{profile}")
    back = walker.go(next="/polls/2/")
    assert back.headers["Location"] == "/accounts/login/?next=%2Fpolls%2F2%2F"
    assert f"Go on as ada_{profile}" in walker.http.get(back.headers["Location"]).text
    assert walker.http.get("/accounts/me/").status_code == 401
    copy = dict(walker.http.cookies)
    answer = walker.take()
    assert answer.status_code == 200
    assert me(walker, answer)["username"] == f"ada_{profile}"
    assert f"{profile}_sessionid" not in walker.http.cookies
    walker.http.cookies.update(copy)
    assert walker.take().status_code == 400


@pytest.mark.parametrize("profile", BY_HEADER)
def test_of_two_who_take_it_over_at_once_one_gets_it(walker, somebody, profile):
    somebody(f"racer-{profile}")
    walker.go()
    token = walker.token()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: walker.take(csrfmiddlewaretoken=token).status_code, range(6)))
    assert answers.count(200) == 1
    assert set(answers) <= {200, 400, 403}


@pytest.mark.parametrize("profile", BY_HEADER)
def test_nobody_takes_it_over_without_the_csrf_token_or_from_elsewhere(walker, somebody, site, profile):
    somebody(f"careful-{profile}")
    walker.go()
    assert walker.take(csrfmiddlewaretoken="x" * 64).status_code == 403
    assert Person(site).take().status_code == 400
    assert walker.take().status_code == 200


@pytest.mark.parametrize("profile", ["oauth2"])
def test_an_application_that_is_mistyped_may_be_typed_again(walker, somebody):
    somebody("typist")
    walker.go()
    assert walker.take(client_secret="wrong").status_code == 401
    assert walker.take().status_code == 200


def test_the_account_page_works_by_session_in_every_profile(walker, somebody, profile):
    somebody(f"page-{profile}", preferred_username=f"page_{profile}")
    assert walker.http.get("/accounts/profile/").headers["Location"] == "/accounts/login/?next=/accounts/profile/"
    assert walker.go(next="/accounts/profile/").headers["Location"] == "/accounts/profile/"
    page = walker.http.get("/accounts/profile/").text
    assert f"page_{profile}" in page
    assert "It is the last way into your account" in page


def test_the_last_way_in_stays(walker, somebody, site, profile):
    somebody(f"last-{profile}")
    walker.go(next="/accounts/profile/")
    link, _ = link_of(site, f"last-{profile}")
    form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/")}
    answer = walker.http.post(f"/accounts/profile/unlink/{link}/", data=form)
    assert answer.status_code == 400
    assert "the last way into your account" in answer.text
    assert link_of(site, f"last-{profile}")


def test_an_account_that_began_at_a_provider_gets_a_password_and_then_may_do_without_it(walker, somebody, site, profile):
    somebody(f"first-{profile}")
    walker.go(next="/accounts/profile/")
    link, owner = link_of(site, f"first-{profile}")

    def set_password(password: str):
        form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/"), "new_password1": password, "new_password2": password}
        return walker.http.post("/accounts/profile/password/", data=form)

    weak = set_password("password")
    assert (weak.status_code, "too common" in weak.text) == (400, True)
    assert set_password("correct-horse-battery").status_code == 302
    assert walker.http.get("/accounts/profile/").status_code == 200, "this browser stays signed in"
    form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/"), "password": "correct-horse-battery"}
    assert walker.http.post(f"/accounts/profile/unlink/{link}/", data=form).status_code == 302
    assert set_password("another-horse-battery").status_code == 302
    form["csrfmiddlewaretoken"] = walker.token("/accounts/profile/")
    [(kept,)] = rows(site, "SELECT password FROM accounts_user WHERE id = ?", owner)
    assert not kept.startswith("!")
    assert "Your password." in walker.http.get("/accounts/profile/").text


def test_a_session_that_was_left_open_gives_no_password(walker, somebody, site, profile):
    somebody(f"open-{profile}")
    walker.go(next="/accounts/profile/")
    _, owner = link_of(site, f"open-{profile}")
    rows(site, "UPDATE session_credential SET created = ? WHERE user_id = ?", "2020-01-01 00:00:00+00:00", owner)
    form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/"), "new_password1": "correct-horse-battery"}
    answer = walker.http.post("/accounts/profile/password/", data=form | {"new_password2": form["new_password1"]})
    assert (answer.status_code, "a while ago" in answer.text) == (400, True)
    assert rows(site, "SELECT count(*) FROM accounts_user WHERE id = ? AND substr(password, 1, 1) = '!'", owner) == [(1,)]


def test_of_two_ways_in_that_go_at_once_one_stays(walker, somebody, fake, site, profile):
    somebody(f"both-{profile}")
    walker.go(next="/accounts/profile/")
    first, owner = link_of(site, f"both-{profile}")
    rows(site, GITHUB, owner, f"both-{profile}-at-github")
    [(second,)] = rows(site, "SELECT max(id) FROM social_auth_usersocialauth")
    form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/")}
    with ThreadPoolExecutor(2) as pool:
        paths = [f"/accounts/profile/unlink/{pk}/" for pk in (first, second)]
        answers = list(pool.map(lambda path: walker.http.post(path, data=form).status_code, paths))
    assert sorted(answers) == [302, 400]
    assert rows(site, "SELECT count(*) FROM social_auth_usersocialauth WHERE user_id = ?", owner) == [(1,)]


def test_linking_wants_the_password_and_then_both_ways_lead_to_one_account(walker, somebody, site, profile):
    somebody(f"alice-{profile}", email="alice@example.com", email_verified=True)
    assert walker.sign_in().status_code == 302
    form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/"), "intent": "link"}
    refused = walker.http.post("/social/login/oidc/", data=form | {"password": "wrong"})
    assert refused.status_code == 400
    assert "not your password" in refused.text
    away = walker.http.post("/social/login/oidc/", data=form | {"password": "alice-demo-pass"})
    back = walker.http.get(httpx.get(away.headers["Location"]).headers["Location"])
    assert back.headers["Location"] == "/accounts/profile/"
    other = Person(site)
    other.go(next="/accounts/profile/")
    page = other.http.get("/accounts/profile/").text
    assert "You are <strong>alice</strong>" in page
    link, _ = link_of(site, f"alice-{profile}")
    form = {"csrfmiddlewaretoken": other.token("/accounts/profile/")}
    assert other.http.post(f"/accounts/profile/unlink/{link}/", data=form).status_code == 400
    assert other.http.post(f"/accounts/profile/unlink/{link}/", data=form | {"password": "alice-demo-pass"}).status_code == 302
    assert link_of(site, f"alice-{profile}") is None


def test_whoever_is_signed_in_does_not_link_by_signing_in(walker, somebody, site, profile):
    """An admin's session that happens to be there is nobody's wish to link (login CSRF: CWE-352)."""
    somebody(f"stranger-{profile}", preferred_username=f"stranger_{profile}")
    walker.sign_in("admin")
    walker.go(next="/accounts/profile/")
    assert f"You are <strong>stranger_{profile}</strong>" in walker.http.get("/accounts/profile/").text
    _, owner = link_of(site, f"stranger-{profile}")
    assert rows(site, "SELECT username FROM accounts_user WHERE id = ?", owner) == [(f"stranger_{profile}",)]


def test_a_wish_to_link_ends_with_the_person_who_had_it(walker, somebody, site, profile):
    somebody(f"wish-{profile}")
    walker.sign_in("bob")
    form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/"), "intent": "link", "password": "bob-demo-pass"}
    away = walker.http.post("/social/login/oidc/", data=form)
    back = httpx.get(away.headers["Location"]).headers["Location"]
    before = counted(site)
    walker.http.post("/accounts/logout/", data={"csrfmiddlewaretoken": walker.token("/accounts/profile/")})
    assert walker.http.get(back).status_code == 400
    assert counted(site) == before


def test_what_opens_another_account_is_not_linked(walker, somebody, site, profile):
    somebody(f"theirs-{profile}")
    Person(site).go(next="/accounts/profile/")
    before = counted(site)
    walker.sign_in("bob")
    form = {"csrfmiddlewaretoken": walker.token("/accounts/profile/"), "intent": "link", "password": "bob-demo-pass"}
    away = walker.http.post("/social/login/oidc/", data=form)
    back = walker.http.get(httpx.get(away.headers["Location"]).headers["Location"])
    assert back.status_code == 400
    assert "opens another account" in back.text
    assert counted(site) == before


def test_an_address_that_is_taken_leads_to_a_page_that_explains(walker, somebody, site):
    before = counted(site)
    somebody("thief", email="bob@example.com", email_verified=True)
    back = walker.go()
    assert back.status_code == 400
    assert "This address has an account already" in back.text
    assert "Link OpenID Connect" in back.text
    assert counted(site) == before


def test_a_way_back_that_did_not_begin_here_leads_nowhere(walker, somebody, site):
    """Somebody else's way back would sign this browser in to their account (login CSRF)."""
    somebody("attacker")
    before = counted(site)
    other = Person(site)
    back = httpx.get(other.press().headers["Location"]).headers["Location"]
    assert walker.http.get(back).status_code == 400
    assert walker.http.get("/social/complete/oidc/").status_code == 400
    assert walker.http.get("/social/complete/oidc/?error=access_denied").status_code == 400
    assert counted(site) == before
    assert other.http.get(back).status_code == 302
    assert other.http.get(back).status_code == 400


@pytest.mark.parametrize("following", ELSEWHERE)
def test_the_way_back_leads_nowhere_else(walker, somebody, following, profile):
    somebody(f"traveller-{profile}")
    where = walker.go(next=following).headers["Location"]
    assert where in ("/polls/", "/accounts/login/?next=%2Fpolls%2F")


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        ("/token", "down", 503),
        ("/token", "slow", 503),
        ("/token", "rubbish", 502),
        ("/token", "odd", 502),
        ("/userinfo", "down", 503),
        ("/userinfo", "rubbish", 502),
        ("/userinfo", "odd", 502),
    ],
)
def test_a_provider_in_trouble_is_a_clear_page_and_nothing_is_made(walker, somebody, fake, site, path, how, status):
    somebody("nobody")
    before = counted(site)
    back = httpx.get(walker.press().headers["Location"]).headers["Location"]
    with fake.failing(path, how):
        answer = walker.http.get(back)
    assert answer.status_code == status
    assert f"Error {status}" in answer.text
    assert "The provider" in answer.text
    assert counted(site) == before


@pytest.mark.parametrize(("how", "status"), [("down", 503), ("slow", 503), ("rubbish", 502), ("odd", 502), ("error", 503)])
def test_a_provider_that_cannot_be_discovered_is_a_clear_page_and_is_tried_anew(sites, fake, how, status):
    """Discovery is kept for a day, so a site of its own that has not yet asked."""
    other = Fake()
    try:
        site = sites("session", **other.environment("oidc"))
        walker = Person(site)
        with other.failing("/.well-known/openid-configuration", how):
            answer = walker.press()
        assert answer.status_code == status
        assert "The provider" in answer.text
        assert walker.press().status_code == 302
    finally:
        other.close()


def test_a_closed_port_is_a_provider_that_is_down(sites, fake):
    site = sites("token", **fake.environment("oidc") | {"SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": "http://127.0.0.1:9"})
    assert Person(site).press().status_code == 503
    answer = httpx.post(f"{site.address}/auth/social/oidc/", json={"access_token": "x"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("provider", [name for name in ALL if name != "oidc"])
def test_somebody_comes_back_from_each_of_the_others(walker, somebody, profile, provider):
    somebody(str(900 + list(SCHEMES).index(profile)))
    away = walker.press(provider, next="/accounts/profile/").headers["Location"]
    asked = dict(parse_qsl(urlsplit(away).query))
    assert asked["redirect_uri"].endswith(f"/social/complete/{provider}/")
    back = walker.http.get(f"/social/complete/{provider}/", params={"code": "c", "state": asked["state"]})
    assert back.headers["Location"] == "/accounts/profile/"
    page = walker.http.get("/accounts/profile/").text
    assert {"google-oauth2": "Google", "github": "GitHub", "facebook": "Facebook", "twitter-oauth2": "X"}[
        provider
    ] + ", since" in page
    assert "vouches for no email address of yours" in page


def test_the_others_lead_to_where_they_are(walker):
    leads = {name: walker.press(name).headers["Location"].split("/")[2] for name in ALL if name != "oidc"}
    assert leads == {
        "google-oauth2": "accounts.google.com",
        "github": "github.com",
        "facebook": "www.facebook.com",
        "twitter-oauth2": "twitter.com",
    }
