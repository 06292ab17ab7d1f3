"""The story, by hand: with the mouse, with the keyboard alone, without scripts."""

import re

import pytest

from schemes import BASELINE, SCHEMES, STOCK
from schemes.story import card
from tests.clients.live import PASSWORD, somebody

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import BOTH_WAYS

pytestmark = pytest.mark.browser

QUESTION = "Which scheme protects your API?"
BY_COOKIE = [name for name in SCHEMES if "Cookie" in card(name).read]
BY_HEADER = [name for name in SCHEMES if name not in BY_COOKIE]


def votes(page: Page, choice: str) -> int:
    return int(page.get_by_role("row", name=choice).get_by_role("cell").first.inner_text())


def test_the_story_is_walked_by_clicking(person, page, profile):
    person.open("/")
    expect(page).to_have_title(re.compile(f" · {profile}$"))
    assert page.locator(f"#{profile}-7").is_visible()
    person.link("Polls").first.click()
    person.sign_in(password="wrong")
    expect(person.told).to_contain_text(re.compile("Unable to sign in|Invalid credentials"))
    person.sign_in()
    expect(person.heading("Polls")).to_be_visible()
    person.link(QUESTION).click()
    person.choice("JWT").check()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page).to_have_url(re.compile("/polls/1/results/$"))
    expect(page).to_have_title(f"{QUESTION} · {profile}")
    before = votes(page, "OAuth2")
    person.link("Vote again").click()
    person.choice("OAuth2").check()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert votes(page, "OAuth2") == before + 1
    page.go_back()
    expect(person.choice("OAuth2")).to_be_visible()
    person.button("Sign out").click()
    expect(person.link("Sign in")).to_be_visible()
    person.link("Polls").first.click()
    expect(person.heading("Sign in")).to_be_visible()


@pytest.mark.parametrize("profile", [*STOCK.values(), BASELINE])
def test_a_library_as_it_ships_is_walked_too_and_says_what_it_is(person, page, profile):
    person.open("/")
    expect(page.get_by_role("note")).to_contain_text(f"{profile} For comparison only")
    person.link("Polls").first.click()
    person.sign_in()
    expect(person.heading("Polls")).to_be_visible()
    person.link(QUESTION).click()
    person.choice("JWT").check()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("note")).to_be_visible()
    person.button("Sign out").click()
    expect(person.link("Sign in")).to_be_visible()


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not reach {target}.")


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_the_keyboard_alone_signs_in_and_votes(person, page, site):
    name = somebody(site)
    person.open("/polls/")
    expect(page.get_by_label("Username or email")).to_be_focused()
    page.keyboard.type(f"{name}@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(person.heading("Polls")).to_be_visible()
    tab_to(page, person.link(QUESTION))
    page.keyboard.press("Enter")
    expect(person.heading(QUESTION)).to_be_visible()
    tab_to(page, person.choice("Session"))
    page.keyboard.press("ArrowDown")
    expect(person.choice("Token")).to_be_checked()
    tab_to(page, person.button("Vote"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_the_keyboard_skips_to_the_content(person, page):
    person.open("/")
    page.keyboard.press("Tab")
    expect(person.link("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("profile", BY_COOKIE)
def test_a_cookie_needs_no_script(person_without_scripts):
    person = person_without_scripts
    page = person.page
    person.open("/polls/2/")
    person.sign_in(password="wrong")
    expect(person.told).to_contain_text("Please enter a correct username")
    person.sign_in()
    person.choice("In memory").check()
    person.button("Vote").click()
    assert votes(page, "In memory") >= 1
    person.button("Sign out").click()
    person.open("/polls/")
    expect(person.heading("Sign in")).to_be_visible()


@pytest.mark.parametrize("profile", BY_HEADER)
def test_a_header_needs_a_script_and_the_page_says_so(person_without_scripts):
    person_without_scripts.open("/polls/")
    assert "This page needs JavaScript" in person_without_scripts.page.content()
    expect(person_without_scripts.page.locator("form")).to_be_hidden()


@pytest.mark.parametrize("profile", BOTH_WAYS)
@pytest.mark.parametrize("elsewhere", ["//elsewhere.test/polls/", "/\\elsewhere.test"])
def test_a_sign_in_leads_nowhere_else(person, page, elsewhere):
    person.open(f"/accounts/login/?next={elsewhere}")
    person.sign_in()
    expect(person.heading("Polls")).to_be_visible()
    assert page.url == f"{person.site.address}/polls/"


@pytest.mark.parametrize("profile", BOTH_WAYS)
def test_the_documentation_of_the_api_shows(person, page, profile):
    person.open("/api/docs/")
    expect(page).to_have_title(re.compile(profile))
    expect(page.locator(".opblock").first).to_be_visible()
