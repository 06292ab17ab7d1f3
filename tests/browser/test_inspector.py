"""The inspector's page: rows as they come, secrets hidden, requests broken and answered by the API itself."""

import re
import subprocess

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")
pytest.importorskip("axe_playwright_python", reason="axe is not installed, so no page was looked at.")

from playwright.sync_api import Locator, Page, expect

from project.compare.client import Client
from project.compare.servers import Site, running
from schemes.story import READ, VOTE, card
from tests.browser.conftest import Person
from tests.browser.test_looks import faults

pytestmark = pytest.mark.browser


@pytest.fixture
def api(site: Site, profile: str) -> Client:
    """A program that signs in and votes, while a person looks on."""
    return Client(site.address, card(profile))


def row(page: Page, number: int = 0) -> Locator:
    """The newest, or one before it."""
    return page.locator("#inspector-rows > li").nth(number)


def opened(page: Page, number: int = 0) -> Locator:
    """The same row, wherever newer ones push it."""
    one = page.locator(f"#{row(page, number).get_attribute('id')}")
    one.locator("summary").first.click()
    return one


def open_empty(person: Person) -> None:
    """Tests of one profile share a site: what others left is forgotten."""
    person.open("/inspect/")
    person.button("Clear").click()
    expect(person.page.get_by_text("Waiting.")).to_be_visible()


@pytest.mark.parametrize("profile", ["session"])
def test_what_curl_asks_appears_by_itself_and_says_why(profile, person, page, site):
    open_empty(person)
    line = page.get_by_role("region", name="A first line to paste").text_content()
    subprocess.run(["bash", "-c", line], check=True, capture_output=True)
    expect(row(page)).to_contain_text(f"403GET {READ}curlsession-1", timeout=3000)
    expect(page.get_by_text("Waiting.")).to_be_hidden()
    expect(page.locator("#inspector-news")).to_have_text(f"curl: GET {READ}, 403, step session-1")
    one = opened(page)
    expect(one).to_contain_text("no credential came in the cookie sessionid")
    expect(one).to_contain_text("There is none: a 401 needs one")
    expect(one.get_by_role("link", name="session-1")).to_have_attribute("href", "/#session-1")


@pytest.mark.parametrize("profile", ["jwt"])
def test_a_token_is_hidden_decoded_changed_and_refused(profile, person, page, api):
    open_empty(person)
    api.login()
    api.ask("PUT", VOTE, json={"choice": 1})
    expect(row(page)).to_contain_text("jwt-4", timeout=3000)
    one = opened(page)
    secret = api.variables["access"]
    expect(one.get_by_text("The signature is right.")).to_be_visible()
    assert secret not in page.content()
    one.get_by_role("button", name="A secret").click()
    expect(one.get_by_role("button", name=secret)).to_have_text(secret)

    left = one.locator("[data-ends]")
    expect(left).to_have_text(re.compile(r"in 4 min \d+ s"))
    before = left.text_content()
    expect(left).not_to_have_text(before, timeout=3000)

    claims = one.get_by_role("textbox", name="Claims")
    claims.fill(claims.input_value().replace('"user_id": "2"', '"user_id": "1"'))
    expect(one.get_by_text("The signature is wrong.")).to_be_visible()
    one.get_by_role("button", name="Send it with these claims").click()
    expect(one.locator(".jwt .result")).to_contain_text("401 Unauthorized")

    one.get_by_role("button", name="another scheme's word").click()
    expect(one.locator(".result").first).to_contain_text("You sent Token …; this site runs jwt")
    one.get_by_role("button", name="after it expired").click()
    expect(one.locator(".result").first).to_contain_text("401 Unauthorized")
    expect(row(page)).to_contain_text("inspector", timeout=3000)
    one.get_by_role("button", name="again", exact=True).click()
    expect(one.locator(".result").first).to_contain_text("200 OK")

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    one.get_by_role("button", name="curl").click()
    expect(one.locator(".result").first).to_contain_text("Copied for curl")
    line = page.evaluate("navigator.clipboard.readText()")
    assert subprocess.run(["bash", "-c", line], text=True, check=True, capture_output=True).stdout.startswith("HTTP/1.1 200")

    page.get_by_label("Show the requests of").select_option("only curl")
    expect(page.locator("#inspector-rows > li:visible")).to_have_count(1)


@pytest.mark.parametrize("profile", ["jwt"])
def test_anybody_can_check_a_signature_by_key_pair(profile, sites, browser):
    for algorithm in ("ES256", "EdDSA", "RS256"):
        site = sites("jwt", JWT_ALGORITHM=algorithm)
        page = browser.new_page()
        page.goto(f"{site.address}/inspect/")
        Client(site.address, card("jwt")).login()
        one = opened(page)
        expect(one.get_by_text(f"the public key that the site publishes ({algorithm})").first).to_be_visible()
        claims = one.get_by_role("textbox", name="Claims").first
        claims.fill(claims.input_value().replace("access", "excess"))
        expect(one.locator(".signature.wrong")).to_be_visible()
        page.close()


@pytest.mark.parametrize("profile", ["token"])
def test_a_pasted_line_is_explained_and_a_request_is_sent(profile, person, page, site, api):
    api.login()
    person.open("/inspect/")
    line = f"curl {site.address}{READ} -H 'Authorization: Bearer {api.variables['token']}'"
    page.get_by_label("Paste it as you typed it").fill(line)
    person.button("Explain").click()
    findings = page.locator("#findings")
    expect(findings).to_contain_text("The word before the token is another scheme's.")
    expect(findings).to_contain_text(f"-H 'Authorization: Token {api.variables['token']}'")
    page.get_by_label("Paste it as you typed it").fill("hello")
    person.button("Explain").click()
    expect(findings).to_contain_text("There is no curl in it.")

    page.get_by_label("Headers, one a line").fill(f"Authorization: Token {api.variables['token']}")
    person.button("Send").last.click()
    expect(page.locator("#sent")).to_contain_text("200 OK")
    page.get_by_label("Path").fill("//elsewhere/")
    person.button("Send").last.click()
    expect(page.locator("#sent")).to_contain_text("The path begins with one slash")


@pytest.mark.parametrize("profile", ["token"])
def test_without_scripts_a_line_is_explained_all_the_same(profile, person_without_scripts, site):
    person = person_without_scripts
    person.open("/inspect/")
    person.page.get_by_label("Paste it as you typed it").fill(f"curl {site.address}{READ}")
    person.button("Explain").click()
    expect(person.page.locator("#findings")).to_contain_text("No credential goes along.")
    expect(person.link("the rows as JSON")).to_be_visible()


@pytest.mark.parametrize("profile", ["token"])
def test_a_restart_is_noticed(profile, sites, browser):
    first = sites("token")
    with running("token", first.environment) as site:
        page = browser.new_page()
        page.goto(f"{site.address}/inspect/")
        Client(site.address, card("token")).ask("GET", READ)
        expect(row(page)).to_contain_text("token-1", timeout=3000)
    expect(page.locator("#inspector-state")).to_contain_text("does not answer", timeout=5000)
    page.close()


@pytest.mark.parametrize("profile", ["session"])
def test_another_epoch_empties_the_list_and_says_so(profile, person, page, api):
    open_empty(person)
    api.ask("GET", READ)
    expect(row(page)).to_be_visible(timeout=3000)
    page.route(
        "**/inspect/rows/*", lambda route: route.fulfill(json={"epoch": "other", "now": "2030-01-01T00:00:00Z", "rows": []})
    )
    expect(page.locator("#inspector-state")).to_contain_text("The site was restarted", timeout=3000)
    expect(row(page)).to_have_count(0)


@pytest.mark.parametrize("profile", ["jwt"])
def test_the_page_suits_everybody(profile, person, page, api):
    open_empty(person)
    found = faults(page, "an empty inspector")
    api.login()
    api.ask("GET", READ)
    expect(row(page, 1)).to_be_visible(timeout=3000)
    opened(page, 1)
    expect(page.get_by_text("The signature is right.").first).to_be_visible()
    found += faults(page, "an open row")
    assert found == []


@pytest.mark.parametrize("profile", ["jwt"])
def test_the_page_is_light_and_works_by_keyboard(profile, person, page, api):
    sizes = []
    parts = ("document", "stylesheet", "script")
    page.on("response", lambda answer: answer.request.resource_type in parts and sizes.append(len(answer.body())))
    person.open("/inspect/")
    page.wait_for_timeout(300)
    assert sum(sizes) < 100_000
    open_empty(person)
    api.ask("GET", READ)
    expect(row(page)).to_be_visible(timeout=3000)
    row(page).locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Try next")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "jwt-1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "curl"
