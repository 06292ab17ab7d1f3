"""The scripts of docs/clients, in a page of the site: they renew once, keep to themselves what they hold, and end it."""

import json

import httpx
import pytest

from project.compare.servers import Site, manage
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.clients.live import CLIENTS, CLOCKED, PASSWORD, later, somebody

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

pytestmark = pytest.mark.browser

RENEWING = [name for name in SCHEMES if card(name).refresh]
BY_HEADER = [name for name in SCHEMES if "Cookie" not in card(name).read]
PUBLIC = "public-client"
"""An application without a secret: a browser can't keep one."""
with_public_client: set[str] = set()
QUESTIONS = "/polls/api/questions/"

NEW = "async ([path, ...more]) => new (await import(path)).Client(location.origin, ...more)"
SIGN_IN = "async (client, [name, password]) => (await client.signIn(name, password)).status"
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

    def __init__(self, page, profile: str) -> None:
        page.route("**/my/client.js", lambda route: route.fulfill(path=CLIENTS / profile / "client.js"))
        self.script = page.evaluate_handle(NEW, ["/my/client.js", *([PUBLIC] if profile == "oauth2" else [])])
        self.page = page
        self.name = ""
        self.asked: list[str] = []
        self.answers = []
        page.on("response", self.hear)

    def hear(self, answer) -> None:
        path = answer.url.removeprefix(self.page.url.rstrip("/"))
        self.answers.append(answer)
        self.asked.append(f"{answer.request.method} {path} {answer.status}")

    def sign_in(self, name: str, password: str = PASSWORD) -> int:
        """The status."""
        status = self.script.evaluate(SIGN_IN, [name, password])
        self.asked.clear()
        return status

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
        manage(["createapplication", "public", "password", "--client-id", PUBLIC], site.environment)
        with_public_client.add(site.address)
    return site


@pytest.fixture
def copy(person, page, profile) -> Copy:
    person.open("/")
    return Copy(page, profile)


@pytest.fixture
def signed_in(copy, site) -> Copy:
    copy.name = somebody(site)
    assert copy.sign_in(copy.name) == 200
    return copy


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
        assert (context.cookies(), json.loads(seen)[2]) == ([], "")
        given = signed_in.got(card(profile).login.path)
        hidden = [given[name] for name in card(profile).login.keep]
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
