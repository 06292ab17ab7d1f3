"""An application asks: a person signs in on the way, sees who asks for what, allows it or not, and takes it back later."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import expect

from project.compare.consent import pkce
from tests.browser.test_looks import faults
from tests.schemes.test_oauth2_code import asking, read, spend

pytestmark = pytest.mark.browser


@pytest.fixture(params=["oauth2"])
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


class Application(ThreadingHTTPServer):
    """Listens where the browser is led back to; `told` is what it was told there, in turn."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Callback)
        self.told: list[dict[str, str]] = []

    @property
    def callback(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/callback"


class Callback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/callback":
            self.server.told.append(dict(parse_qsl(address.query)))
        self.send_response(200 if address.path == "/callback" else 204)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>The application</title><h1>Back at the application</h1>")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def application() -> Iterator[Application]:
    with Application() as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield listening
        listening.shutdown()


def test_a_person_allows_an_application_and_takes_it_back(person, page, site, application):
    verifier, challenge = pkce()
    person.open(asking(challenge, redirect_uri=application.callback))
    person.sign_in("bob")
    expect(person.heading("Allow Demo web page?")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Vote, and change your account")).to_be_visible()
    person.button("Allow").click()
    expect(person.heading("Back at the application")).to_be_visible()
    (told,) = application.told
    assert (told["state"], told["iss"]) == ("of-the-application", site.address)
    given = spend(site, told["code"], verifier, redirect_uri=application.callback).json()
    assert read(site, given["access_token"]).status_code == 200

    person.open("/auth/allowed/")
    expect(person.heading("Applications I allowed")).to_be_visible()
    page.get_by_role("article").filter(has_text="demo-web").get_by_role("button", name="Revoke").click()
    expect(person.told).to_have_text("Demo web page is no longer allowed.")
    assert read(site, given["access_token"]).status_code == 401


def test_a_person_refuses_by_keyboard_alone(person, page, application):
    person.open(asking(pkce()[1], redirect_uri=application.callback))
    page.get_by_label("Username or email").press_sequentially("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("alice-demo-pass")
    page.keyboard.press("Enter")
    expect(person.heading("Allow Demo web page?")).to_be_visible()
    person.button("Refuse").focus()
    page.keyboard.press("Enter")
    expect(person.heading("Back at the application")).to_be_visible()
    assert [told["error"] for told in application.told] == ["access_denied"]


def test_somebody_else_may_sign_in_instead(person, page):
    person.open(asking(pkce()[1]))
    person.sign_in("alice")
    person.link("Sign in as somebody else").click()
    person.sign_in("bob")
    expect(page.get_by_text("asks to act for you, bob")).to_be_visible()


def test_the_pages_suit_everybody(person, page):
    found = []
    person.open(asking(pkce()[1]))
    expect(person.heading("Sign in")).to_be_visible()
    found += faults(page, "the sign-in on the way")
    person.sign_in("bob")
    expect(person.heading(re.compile("^Allow "))).to_be_visible()
    found += faults(page, "consent")
    person.open(asking(pkce()[1], client_id="nobody"))
    expect(person.heading("The application asked wrongly")).to_be_visible()
    found += faults(page, "a wrong question")
    person.open("/auth/allowed/")
    expect(person.heading("Applications I allowed")).to_be_visible()
    found += faults(page, "the applications")
    assert found == []


def test_without_scripts_it_all_works(person_without_scripts, application):
    person = person_without_scripts
    person.open(asking(pkce()[1], redirect_uri=application.callback))
    person.sign_in("bob")
    expect(person.heading("Allow Demo web page?")).to_be_visible()
    person.button("Allow").click()
    expect(person.heading("Back at the application")).to_be_visible()
    assert "code" in application.told[0]
