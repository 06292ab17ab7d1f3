"""Signing in with another site's account in a real browser, at a certified provider (npm's oidc-provider), in every profile."""

import base64
import hashlib
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from project.compare.servers import HOST, ROOT, Site, free_ports
from schemes import SCHEMES
from schemes.story import DEMO, card

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import expect

from tests.browser.conftest import BOTH_WAYS, Person
from tests.browser.test_looks import faults

pytestmark = pytest.mark.browser

PROVIDER = ROOT / "tests" / "postman" / "provider.mjs"
KEY, SECRET = "this-site", "secret-of-this-site"
TITLE = "the other site"
BY_HEADER = [name for name in SCHEMES if name != "session"]
QUESTION = "Which scheme protects your API?"


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    node = shutil.which("node")
    if node is None or not (PROVIDER.parent / "node_modules" / "oidc-provider").exists():
        pytest.skip("Node or its packages are not installed (make test-browser, with Node), so nobody signed in elsewhere.")
    port = next(free_ports())
    with subprocess.Popen([node, str(PROVIDER), str(port), KEY, SECRET], stdout=subprocess.PIPE, text=True) as provider:
        try:
            assert provider.stdout.readline().strip() == "ready"
            yield f"http://{HOST}:{port}"
        finally:
            provider.terminate()


@pytest.fixture
def site(sites: Any, profile: str, issuer: str) -> Site:
    named = {"OIDC_ENDPOINT": issuer, "KEY": KEY, "SECRET": SECRET, "TITLE": TITLE}
    return sites(profile, **{f"SOCIAL_AUTH_OIDC_{name}": value for name, value in named.items()})


def be(person: Person, name: str, button: str = f"Sign in with {TITLE}") -> None:
    """Go to the provider and say who one is there."""
    person.button(button).click()
    expect(person.heading("The other site")).to_be_visible()
    person.page.get_by_label("Name").fill(name)
    person.button("Continue").click()


def go_on(person: Person, name: str) -> None:
    """Where the application signs in as well, a button waits for what it types."""
    if person.site.profile == "oauth2":
        person.button(f"Go on as {name}").click()


def test_somebody_signs_in_there_and_votes_here(person, page, context, profile):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    login = card(profile).login
    hidden: list[str] = []

    def remember(response: Any) -> None:
        if response.url.endswith("/auth/hand-over/") and response.status == 200:
            given = response.json()
            hidden.extend(given[where] for where in login.keep.values() if where in given)

    page.on("response", remember)
    person.open("/polls/1/")
    be(person, f"walter_{profile}")
    go_on(person, f"walter_{profile}")
    expect(person.heading(QUESTION)).to_be_visible()
    person.choice("JWT").check()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()
    expect(person.button(f"Sign out walter_{profile}")).to_be_visible()

    assert bool(hidden) == (profile in BY_HEADER)
    hidden += [cookie["value"] for cookie in context.cookies() if cookie["httpOnly"] and "sessionid" in cookie["name"]]
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, history.state])")
    seen = "".join([page.content(), stored, *asked])
    assert not [secret for secret in hidden if secret in seen]
    person.button("Sign out").click()
    person.open("/polls/")
    expect(person.heading("Sign in")).to_be_visible()


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_the_keyboard_alone_gets_there_and_back(person, page, profile):
    person.open("/polls/")
    expect(page.get_by_label("Username or email")).to_be_focused()
    person.button(f"Sign in with {TITLE}").focus()
    page.keyboard.press("Enter")
    expect(person.heading("The other site")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type(f"keys_{profile}")
    page.keyboard.press("Enter")
    if profile == "oauth2":
        expect(person.button("Go on as keys_oauth2")).to_be_focused()
        page.keyboard.press("Enter")
    expect(person.heading("Polls")).to_be_visible()


@pytest.mark.parametrize("profile", ["session"])
def test_by_session_no_script_is_needed(person_without_scripts):
    person = person_without_scripts
    person.open("/polls/2/")
    be(person, "scriptless")
    person.choice("In memory").check()
    person.button("Vote").click()
    expect(person.page.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("profile", ["oauth2"])
def test_nothing_is_taken_over_before_the_script_is_there(person, page):
    """A browser would put the fields of the form, a secret among them, into the address."""
    held: list[Any] = []
    person.open("/polls/")
    page.route("**/page.js", lambda route: held.append(route))
    be(person, "early")
    button = person.button("Go on as early")
    expect(button).to_be_disabled()
    assert page.locator("#hand-over").get_attribute("method") == "post"
    held[0].continue_()
    button.click()
    expect(person.heading("Polls")).to_be_visible()


@pytest.mark.parametrize("profile", BY_HEADER)
def test_what_was_taken_over_is_not_taken_over_again(person, page, profile):
    person.open("/polls/")
    with page.expect_request(lambda request: request.url.endswith("/auth/hand-over/")) as sent:
        be(person, f"once_{profile}")
        go_on(person, f"once_{profile}")
    expect(person.heading("Polls")).to_be_visible()
    headers = sent.value.all_headers()
    again = httpx.post(
        f"{person.site.address}/auth/hand-over/",
        content=sent.value.post_data,
        headers={name: headers[name] for name in ("cookie", "content-type")},
    )
    assert again.status_code == 400
    page.reload()
    expect(person.told).to_contain_text("you are signed out")
    expect(page.locator("#hand-over")).to_have_count(0)


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_a_way_is_linked_and_unlinked_on_the_account_page(person, page, profile):
    person.open("/accounts/profile/")
    person.sign_in("bob")
    expect(person.heading("Account")).to_be_visible()
    page.get_by_label("Your password").fill("wrong")
    person.button(f"Link {TITLE}").click()
    expect(page.get_by_role("alert")).to_contain_text("not your password")
    page.get_by_label("Your password").fill("bob-demo-pass")
    be(person, f"bob_{profile}", f"Link {TITLE}")
    expect(person.button(f"Unlink {TITLE}")).to_be_visible()
    person.button("Sign out bob").click()

    person.open("/accounts/profile/")
    person.button(f"Sign in with {TITLE}").click()  # who is still signed in there
    expect(page.get_by_text("You are bob")).to_be_visible()
    page.get_by_label("Your password").fill("bob-demo-pass")
    person.button(f"Unlink {TITLE}").click()
    expect(person.button(f"Link {TITLE}")).to_be_visible()


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_the_last_way_in_says_that_it_stays(person, page, profile):
    person.open("/accounts/profile/")
    be(person, f"only_{profile}")
    expect(page.get_by_text("It is the last way into your account")).to_be_visible()
    expect(person.button(f"Unlink {TITLE}")).to_have_count(0)


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_an_address_that_is_taken_is_explained(person, page):
    person.open("/accounts/login/")
    be(person, "alice@example.com")
    expect(person.heading("This address has an account already")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("link the provider on its account page")


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_whoever_refuses_there_reads_that_nothing_happened(person, page):
    person.open("/accounts/login/")
    person.button(f"Sign in with {TITLE}").click()
    person.button("Refuse").click()
    expect(page.get_by_role("alert")).to_contain_text("You did not let the provider tell who you are")


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_the_pages_suit_everybody(person, page, profile):
    found = []
    person.open("/accounts/login/")
    expect(person.button(f"Sign in with {TITLE}")).to_be_visible()
    found += faults(page, "buttons")
    be(person, f"looks_{profile}")
    if profile == "oauth2":
        expect(person.button("Go on as")).to_be_visible()
        found += faults(page, "the hand-over")
        go_on(person, "looks_oauth2")
    expect(person.heading("Polls")).to_be_visible()
    page.context.clear_cookies()
    person.open("/accounts/login/")
    be(person, "alice@example.com")
    expect(person.heading("This address has an account already")).to_be_visible()
    found += faults(page, "a taken address")
    person.open("/accounts/profile/")
    person.sign_in("alice")
    expect(person.heading("Account")).to_be_visible()
    found += faults(page, "the account")
    assert found == []


@pytest.mark.parametrize(("client", "secret", "status"), [(KEY, SECRET, 200), ("another", "another-secret", 400)])
def test_a_program_s_token_of_a_certified_provider(site, issuer, profile, client, secret, status):
    """It is asked by introspection, or bound by its id token; one of another application is refused either way."""
    tokens = granted(issuer, client, secret, f"program_{profile}")
    for id_token in ("", tokens["id_token"]):
        assert exchanged(site, tokens["access_token"], id_token) == status


def granted(issuer: str, client: str, secret: str, name: str) -> dict[str, str]:
    """What the provider gives an application by code and PKCE."""
    verifier, callback = secrets.token_urlsafe(32), f"http://{HOST}:49152/social/complete/oidc/"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {"client_id": client, "redirect_uri": callback, "response_type": "code", "scope": "openid email"}
    asked |= {"state": "s", "code_challenge": challenge, "code_challenge_method": "S256"}
    with httpx.Client(base_url=issuer) as browser:
        answer = browser.get(f"/auth?{urlencode(asked)}")
        answer = browser.post(answer.headers["Location"], data={"name": name})
        while not answer.headers["Location"].startswith(callback):
            answer = browser.get(answer.headers["Location"])
        code = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
        return browser.post("/token", data=form, auth=(client, secret)).raise_for_status().json()


def exchanged(site: Site, access_token: str, id_token: str) -> int:
    with httpx.Client(base_url=site.address) as program:
        more = {"id_token": id_token} if id_token else {}
        if site.profile == "oauth2":
            form = {"grant_type": "convert_token", "backend": "oidc", "token": access_token} | more
            form |= {name: DEMO[name] for name in ("client_id", "client_secret")}
            return program.post("/auth/convert-token/", data=form).status_code
        csrf = program.get("/auth/csrf/").json()["csrftoken"] if site.profile == "session" else ""
        body = {"access_token": access_token} | more
        return program.post("/auth/social/oidc/", json=body, headers={"X-CSRFToken": csrf}).status_code
