"""The scripts of docs/clients, in a page of the site: they renew once, keep to themselves what they hold, and end it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from project.compare.servers import Site, manage
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.browser.conftest import Person
from tests.clients.live import CLIENTS, CLOCKED, PASSWORD, later, somebody

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RENEWING = [name for name in SCHEMES if card(name).refresh]
TYPED = [name for name in SCHEMES if name != "oauth2"]
"""Where the page is told the password; in OAuth2 the server alone is."""
BY_HEADER = [name for name in SCHEMES if "Cookie" not in card(name).read]
PUBLIC = "public-client"
"""An application without a secret: a browser can't keep one."""
CALLBACK = "http://127.0.0.1/"
"""Any port of it (RFC 8252, section 7.3)."""
with_public_client: set[str] = set()
QUESTIONS = "/polls/api/questions/"

NEW = "async ([path, ...more]) => new (await import(path)).Client(location.origin, ...more)"
SIGN_IN = "async (client, [name, password]) => (await client.signIn(name, password)).status"
BUTTON = """(client) => {
    const button = Object.assign(document.createElement("button"), { textContent: "Enter by a window" });
    button.onclick = () => (window.entering = client.signIn());
    document.body.prepend(button);
}"""
ENTERED = """async () => {
    const answer = await window.entering;
    return [answer.status, answer.ok ? null : await answer.json()];
}"""
SIGN_OUT = "async (client) => (await client.signOut()).status"
ASK = """async (client, [path, method, body, times]) => {
    const headers = { "Content-Type": "application/json" };
    const answers = Array.from({ length: times }, () => client.fetch(path, { method, headers, body }));
    return (await Promise.all(answers)).map((answer) => answer.status);
}"""
LEAVE_WHILE_RENEWING = """async (client, [path, renewal]) => {
    const real = window.fetch;
    let left;
    window.fetch = (url, options) => {
        if (String(url).endsWith(renewal)) setTimeout(() => (left ??= client.signOut()));
        return real(url, options);
    };
    await client.fetch(path);
    window.fetch = real;
    return (await left).status;
}"""
SEEN_BY_SCRIPTS = """(client) => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, document.cookie, history.state, client, Object.getOwnPropertyNames(client),
])"""


class Copy:
    """The script of a scheme, as somebody's page uses it. `asked` is what went to the API meanwhile."""

    def __init__(self, page, profile: str, *application: str) -> None:
        page.route("**/my/client.js", lambda route: route.fulfill(path=CLIENTS / profile / "client.js"))
        self.script = page.evaluate_handle(NEW, ["/my/client.js", *application])
        if profile == "oauth2":
            self.script.evaluate(BUTTON)
        self.page, self.profile = page, profile
        self.name = ""
        self.asked: list[str] = []
        self.answers = []
        page.on("response", self.hear)

    def hear(self, answer) -> None:
        path = urlsplit(answer.url).path
        self.answers.append(answer)
        self.asked.append(f"{answer.request.method} {path} {answer.status}")

    def sign_in(self, name: str, password: str = PASSWORD) -> int:
        """The status."""
        if self.profile == "oauth2":
            with self.window() as window:
                arrives(window, name, password)
                replies(window, "Allow")
            status, _ = self.entered()
        else:
            status = self.script.evaluate(SIGN_IN, [name, password])
        self.asked.clear()
        return status

    @contextmanager
    def window(self) -> Iterator:
        """What a click opens, for a block in which the person does something there; after it, it is closed."""
        with self.page.expect_popup() as opened:
            self.page.get_by_role("button", name="Enter by a window").click()
        window = opened.value
        yield window
        window.is_closed() or window.wait_for_event("close")

    def entered(self) -> tuple[int, dict[str, str] | None]:
        """What the page was given for that: the status, and what it could show to somebody who was refused."""
        return tuple(self.page.evaluate(ENTERED))

    def got(self, path: str) -> dict[str, str]:
        """What the script was last given there: what a thief would like to have."""
        return next(answer for answer in reversed(self.answers) if answer.ok and answer.url.endswith(path)).json()

    def ask(self, path: str, method: str = "GET", fields=None, times: int = 1) -> list[int]:
        return self.script.evaluate(ASK, [path, method, fields and json.dumps(fields), times])

    def sign_out(self) -> int:
        return self.script.evaluate(SIGN_OUT)


@pytest.fixture
def site(sites, profile) -> Site:
    """With a clock of its own; that of OAuth2 knows a public client."""
    site = sites(profile, **CLOCKED)
    if profile == "oauth2" and site.address not in with_public_client:
        registered = ["--client-id", PUBLIC, "--name", "My page", "--redirect-uris", CALLBACK]
        manage(["createapplication", "public", "authorization-code", *registered], site.environment)
        with_public_client.add(site.address)
    return site


@pytest.fixture
def copy(person, page, profile) -> Copy:
    person.open("/compare/which/")  # which asks nothing of the site, and needs no cookie
    return Copy(page, profile, *([PUBLIC] if profile == "oauth2" else []))


@pytest.fixture
def signed_in(copy, site) -> Copy:
    copy.name = somebody(site)
    assert copy.sign_in(copy.name) == 200
    return copy


def arrives(window, name: str, password: str = PASSWORD, application: str = "My page") -> None:
    """Signed in on the server's own page, at its question."""
    Person(window, None).sign_in(name, password)
    expect(window.get_by_role("heading", name=f"Allow {application}?")).to_be_visible()


def replies(window, word: str) -> None:
    """The window may be closed before a click would have been seen to lead anywhere."""
    window.get_by_role("button", name=word).click(no_wait_after=True)


def leads(window, address: str) -> None:
    window.evaluate("address => { setTimeout(() => (location = address)) }", address)


def carried(profile: str, copy: Copy, context) -> dict[str, str]:
    """The credential as the browser sends it, for somebody who has stolen it."""
    if profile in BY_HEADER:
        return {"Authorization": card(profile).read["Authorization"].format(**copy.got(card(profile).login.path))}
    return {"Cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())}


def test_it_reads_and_votes(signed_in):
    assert signed_in.ask(READ) == [200]
    assert signed_in.ask(VOTE, "PUT", {"choice": 2}) == [200]
    assert signed_in.asked == [f"GET {READ} 200", f"PUT {VOTE} 200"]


def test_no_script_of_the_page_finds_the_credential(signed_in, context, profile):
    seen = signed_in.script.evaluate(SEEN_BY_SCRIPTS)
    assert json.loads(seen)[:2] == [{}, {}]
    assert json.loads(seen)[-2:] == [{}, []]
    hidden = [cookie["value"] for cookie in context.cookies() if cookie["httpOnly"]]
    if profile in BY_HEADER:
        if profile in TYPED:  # elsewhere the window left a session at the server, which no script reads either
            assert (context.cookies(), json.loads(seen)[2]) == ([], "")
        given = signed_in.got(card(profile).login.path)
        kept = [given[name] for name in card(profile).login.keep]
        assert not [cookie["name"] for cookie in context.cookies() if cookie["value"] in kept]
        hidden += kept
    assert hidden
    assert not [secret for secret in [*hidden, PASSWORD] if secret in seen]


@pytest.mark.parametrize("profile", RENEWING)
@pytest.mark.parametrize("times", [1, 2, 10])
def test_of_requests_that_meet_an_expired_credential_one_renews_it(signed_in, site, profile, times):
    with later(site):
        assert signed_in.ask(READ, times=times) == [200] * times
    renewals = [line for line in signed_in.asked if READ not in line]
    assert renewals == [f"POST {card(profile).refresh.path} 200"]
    assert signed_in.asked.count(f"GET {READ} 401") == times


@pytest.mark.parametrize("profile", ["session"])
def test_of_changes_that_meet_an_old_csrf_token_one_renews_it(signed_in, context):
    context.clear_cookies(name="csrftoken")
    assert signed_in.ask(VOTE, "PUT", {"choice": 1}, times=10) == [200] * 10
    assert signed_in.asked.count("GET /auth/csrf/ 200") == 1


@pytest.mark.parametrize("profile", [name for name in SCHEMES if name not in RENEWING])
def test_what_nothing_renews_is_given_back_for_the_page_to_ask_again(signed_in, site, profile):
    refused = card(profile).refused
    with later(site):
        assert signed_in.ask(READ, times=2) == [refused] * 2
        assert signed_in.ask(VOTE, "PUT", {"choice": 1}) == [refused]
        assert not [line for line in signed_in.asked if READ not in line]
        assert "authorization" not in signed_in.answers[-1].request.headers
        assert signed_in.sign_in(signed_in.name) == 200
        assert signed_in.ask(VOTE, "PUT", {"choice": 1}) == [200]


@pytest.mark.parametrize("profile", RENEWING)
def test_a_refresh_token_that_somebody_else_has_used_is_a_refusal_and_not_tried_again(signed_in, site, profile):
    """Its second use ends the whole sign-in."""
    refresh = card(profile).refresh
    stolen = signed_in.got(card(profile).login.path)[card(profile).renewal]
    form = {"grant_type": "refresh_token", card(profile).renewal: stolen, "client_id": PUBLIC}
    httpx.post(site.address + refresh.path, data=form).raise_for_status()
    with later(site):
        assert signed_in.ask(READ, times=3) == [401] * 3
        assert signed_in.ask(READ) == [401]
    assert len([line for line in signed_in.asked if READ not in line]) == 1


@pytest.mark.parametrize("profile", TYPED)
def test_a_wrong_password_is_told_and_not_tried_again(copy, site, profile):
    asked = copy.asked
    status = 401 if profile == "jwt" else 400
    assert copy.script.evaluate(SIGN_IN, [somebody(site), "a-wrong-password"]) == status
    assert copy.ask(READ) == [card(profile).refused]
    path = card(profile).login.path
    assert [line for line in asked if line.startswith("POST")] == [f"POST {path} {status}"]


def test_who_may_not_is_told_so_and_nothing_is_renewed(signed_in):
    assert signed_in.ask(QUESTIONS, "POST", {"question_text": "?"}) == [403]
    assert signed_in.asked == [f"POST {QUESTIONS} 403"]


@pytest.mark.parametrize("path", ["http://elsewhere.test{}", "//127.0.0.1:9{}", "\\\\127.0.0.1:9{}"])
def test_another_origin_is_not_asked_at_all(signed_in, path):
    told = signed_in.script.evaluate("(client, path) => client.fetch(path).catch((error) => error.name)", path.format(READ))
    assert told == "TypeError"
    assert signed_in.asked == []


def test_signing_out_ends_the_credential_at_the_server(signed_in, site, context, profile):
    stolen = carried(profile, signed_in, context)
    assert httpx.get(site.address + READ, headers=stolen).status_code == 200
    assert signed_in.sign_out() in (200, 204)
    assert httpx.get(site.address + READ, headers=stolen).status_code == card(profile).refused
    signed_in.asked.clear()
    assert signed_in.ask(READ) == [card(profile).refused]
    assert signed_in.asked == [f"GET {READ} {card(profile).refused}"]


@pytest.mark.parametrize("profile", RENEWING)
def test_signing_out_while_renewing_ends_what_was_renewed(signed_in, site, profile):
    """Nobody is left signed in, on the page or at the server."""
    with later(site):
        assert signed_in.script.evaluate(LEAVE_WHILE_RENEWING, [READ, card(profile).refresh.path]) in (200, 204)
        renewed = signed_in.got(card(profile).refresh.path)
        headers = {"Authorization": card(profile).read["Authorization"].format(**renewed)}
        assert httpx.get(site.address + READ, headers=headers).status_code == 401
        assert signed_in.ask(READ) == [401]


def nobody_is_signed_in(copy: Copy, *spent: str) -> None:
    """And the server was asked for nothing, or for what was `spent`. (A page that was just opened may yet load its icon.)"""
    assert [line for line in copy.asked if "/auth/" in line] == [*spent]
    assert copy.ask(READ) == [401]


oauth2 = pytest.mark.parametrize("profile", ["oauth2"])
"""Whose person is asked in a window of the server's."""


@oauth2
def test_the_window_is_the_server_s_and_what_went_through_addresses_is_no_credential(copy, site, page, context):
    addresses = []
    context.on("request", lambda request: addresses.append(request.url))
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    context.on("framenavigated", lambda frame: addresses.append(frame.url))
    where = page.url
    with copy.window() as window:
        arrives(window, somebody(site))
        assert window.evaluate("opener !== null")
        question = {name: value for name, (value,) in parse_qs(urlsplit(window.url).query).items()}
        replies(window, "Allow")
    assert copy.entered() == (200, None)
    assert (question["code_challenge_method"], question["redirect_uri"]) == ("S256", f"{site.address}/")
    (exchange,) = [parse_qs(body) for body in sent if "code_verifier" in body]
    assert re.fullmatch(r"[\w-]{43}", exchange["code_verifier"][0])
    assert sorted(exchange) == ["client_id", "code", "code_verifier", "grant_type", "redirect_uri"]
    given = copy.got("/auth/token/")
    assert any(exchange["code"][0] in address for address in addresses)
    secrets = [given["access_token"], given["refresh_token"], exchange["code_verifier"][0], PASSWORD]
    assert not [address for address in addresses for secret in secrets if secret in address]
    assert not [body for body in sent if PASSWORD in body]
    assert page.url == where


@oauth2
def test_who_signs_in_again_is_asked_for_no_password(signed_in):
    """The window leaves the person signed in at the server itself: signing out ends the tokens, not that."""
    assert signed_in.sign_out() == 200
    assert signed_in.ask(READ) == [401]
    with signed_in.window() as window:
        replies(window, "Allow")
    assert signed_in.entered() == (200, None)
    assert signed_in.ask(READ) == [200]


@oauth2
def test_a_person_who_refuses_is_a_refusal_that_the_page_can_show(copy, site):
    with copy.window() as window:
        arrives(window, somebody(site))
        replies(window, "Refuse")
    assert copy.entered() == (400, {"error": "access_denied"})
    nobody_is_signed_in(copy)


@oauth2
def test_a_window_that_is_closed_is_a_refusal_and_may_be_opened_again(copy, site):
    name = somebody(site)
    with copy.window() as window:
        Person(window, site).sign_in(name, "a-wrong-password")
        expect(window.get_by_role("status")).to_contain_text("correct username and password")
        window.close()
    assert copy.entered() == (400, {"error": "Nobody answered."})
    nobody_is_signed_in(copy)
    assert copy.sign_in(name) == 200
    assert copy.ask(READ) == [200]


@oauth2
def test_a_window_that_the_browser_did_not_open_is_a_refusal(copy, page):
    page.evaluate("window.open = () => null")
    page.get_by_role("button", name="Enter by a window").click()
    assert copy.entered() == (400, {"error": "Nobody answered."})
    nobody_is_signed_in(copy)


@oauth2
def test_a_window_that_leaves_for_another_origin_is_out_of_sight(copy, sites):
    """The policy of the site's pages (Cross-Origin-Opener-Policy: same-origin) cuts it off from the page."""
    elsewhere = sites("token").address
    with copy.window() as window:
        expect(window.get_by_role("heading", name="Sign in")).to_be_visible()
        leads(window, f"{elsewhere}/?code=theirs&state=theirs")
        window.wait_for_url(f"{elsewhere}/**")
        told = copy.entered()
        assert window.evaluate("opener") is None
        window.close()
    assert told == (400, {"error": "Nobody answered."})
    nobody_is_signed_in(copy)


@oauth2
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"state": "of-somebody"}, {"error": "The answer is to another question."}),
        ({"iss": "https://elsewhere.test"}, {"error": "The answer is of another server."}),
        ({"iss": ""}, {"error": "The answer is of another server."}),
        ({}, {"error": "invalid_grant"}),
    ],
    ids=["state", "iss", "no iss", "code"],
)
def test_an_answer_that_is_not_ours_gets_no_credential(copy, site, changed, told):
    """Somebody's link has the person's browser bring somebody's code. With nothing else wrong, the server refuses that."""
    with copy.window() as window:
        arrives(window, somebody(site))
        (state,) = parse_qs(urlsplit(window.url).query)["state"]
        answer = {"code": "of-somebody", "state": state, "iss": site.address} | changed
        leads(window, f"{site.address}/?{urlencode(answer)}")
    status, why = copy.entered()
    assert (status, why) == (400, why | told)
    nobody_is_signed_in(copy, *([] if changed else ["POST /auth/token/ 400"]))


@oauth2
def test_the_application_of_the_demo_has_another_redirect_uri(person, page, site):
    person.open("/")
    copy = Copy(page, "oauth2", "demo-web", "/callback")
    with copy.window() as window:
        arrives(window, somebody(site), application="Demo web page")
        replies(window, "Allow")
    assert copy.entered() == (200, None)
    assert copy.ask(READ) == [200]


@oauth2
def test_a_redirect_uri_of_another_origin_is_an_error(copy, page):
    told = page.evaluate(
        """async (path) => {
            const { Client } = await import(path);
            try { new Client(location.origin, "mine", "https://elsewhere.test/"); } catch (error) { return error.name; }
        }""",
        "/my/client.js",
    )
    assert told == "TypeError"
