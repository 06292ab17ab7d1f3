"""Where the pages keep the credential, and what becomes of a vote when it ends meanwhile."""

import re

import pytest

from schemes import SCHEMES
from schemes.story import READ, VOTE, card

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser

BY_HEADER = [name for name in SCHEMES if "Cookie" not in card(name).read]
RENEWING = [name for name in SCHEMES if card(name).refresh]

MANY_AT_ONCE = """async ({username, password, client_id, client_secret, path}) => {
    const { connect } = await import("/static/client.js");
    const client = await connect("/auth/");
    await client.signIn({ username, password, client_id, client_secret });
    return Promise.all([1, 2, 3, 4, 5].map(() => client.call("GET", path).then((question) => question.id)));
}"""


def test_no_script_no_address_and_no_page_has_the_credential(person, page, context, profile):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    login = card(profile).login
    person.open("/polls/")
    with page.expect_response(lambda response: response.url.endswith(login.path)) as answered:
        person.sign_in("bob")  # of whose password no page speaks
    fields = [where for where in login.keep.values() if not where.startswith("cookie ")]
    hidden = [answered.value.json()[where] for where in fields]
    expect(person.heading("Polls")).to_be_visible()
    person.link("Which scheme protects your API?").click()
    person.choice("JWT").check()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()

    hidden += [cookie["value"] for cookie in context.cookies() if cookie["httpOnly"]]
    assert hidden
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, history.state])")
    seen = "".join([page.content(), stored, *asked])
    assert not [secret for secret in [*hidden, "bob-demo-pass"] if secret in seen]
    if profile in BY_HEADER:
        assert context.cookies() == []


@pytest.mark.parametrize("profile", BY_HEADER)
def test_a_reload_signs_out_and_says_so(person, page):
    with page.expect_request(lambda request: "/polls/api/" in request.url) as sent:
        person.arrive("/polls/1/")
    page.reload()
    expect(person.told).to_contain_text("you are signed out")
    carried = {"Authorization": sent.value.headers["authorization"]}
    assert page.request.get(person.site.address + READ, headers=carried).status == 401
    person.sign_in()
    expect(page).to_have_url(re.compile("/polls/1/$"))
    expect(person.button("Vote")).to_be_visible()


def test_a_vote_outlives_the_sign_in(person, page, visitor):
    person.arrive("/polls/3/", "bob")
    person.choice("Every device").check()
    assert visitor.login("bob", "bob-demo-pass").ok
    assert visitor.ask("POST", "/auth/logout/all/").ok
    person.button("Vote").click()
    expect(person.heading("Sign in")).to_be_visible()
    expect(person.told).to_contain_text("signed")
    person.sign_in("bob")
    expect(person.choice("Every device")).to_be_checked()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("profile", RENEWING)
def test_a_vote_renews_what_expired(person, page):
    person.arrive("/polls/1/")
    person.choice("Token").check()
    page.route(f"**{VOTE}", spoil, times=1)
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("profile", RENEWING)
def test_many_requests_renew_once(person, page, profile):
    """A refresh token is good once: a second use of it would end the sign-in."""
    renewals = []
    refresh = card(profile).refresh
    page.on(
        "request",
        lambda request: refresh.path in request.url and "refresh" in request.post_data and renewals.append(request.url),
    )
    person.open("/")
    page.route(f"**{READ}", spoil, times=5)
    typed = {"username": "bob", "password": "bob-demo-pass", "client_id": "demo-client", "client_secret": "demo-secret"}
    assert page.evaluate(MANY_AT_ONCE, typed | {"path": READ}) == [1, 1, 1, 1, 1]
    assert len(renewals) == 1


def spoil(route: Route) -> None:
    """What the server gets is as good as expired."""
    route.continue_(headers=route.request.headers | {"authorization": "Bearer expired"})
