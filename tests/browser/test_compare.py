"""The comparison in a browser: folded, filtered, asked why, with and without scripts, and for everybody."""

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import Page, expect

from tests.browser.test_looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("profile", ["jwt"])]


def shown(page: Page) -> list[str]:
    """The ids of the rows that the table has."""
    return page.locator("#found tbody tr").evaluate_all("rows => rows.map(row => row.id)")


def test_filters_change_the_table_in_place_and_the_address_with_it(person, page):
    person.open("/compare/")
    every = len(shown(page))
    assert every > 90
    page.locator("#wire > summary").click()
    expect(page.locator("#wire table")).to_be_hidden()
    page.get_by_label("only what differs").check()
    expect(page).to_have_url(re.compile(r"\?only=differing$"))
    page.get_by_label("Profiles").select_option("jwt,jwt-stock")
    expect(page.get_by_role("status")).to_contain_text("2 profiles")
    expect(page).to_have_url(re.compile("profiles=jwt%2Cjwt-stock"))
    expect(page.locator("#wire table")).to_be_hidden()  # what was folded stays folded
    rows = shown(page)
    assert "P18" in rows
    assert len(rows) < every / 2
    page.reload()
    assert shown(page) == rows
    expect(page.get_by_label("only what differs")).to_be_checked()


def test_an_answer_says_why_without_leaving_the_table_and_by_keyboard(person, page):
    person.open("/compare/?profiles=jwt,jwt-stock")
    page.locator("#P18 td").nth(1).click()
    panel = page.get_by_role("dialog")
    expect(panel.locator(".meant")).to_contain_text("there is none, as shipped")
    assert [fault for fault in faults(page, "the panel") if "scrolls" not in fault] == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.locator("#P20 th a").focus()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Password changed, then replay")
    person.link("All of it").click()
    expect(person.heading("Password changed, then replay")).to_be_visible()
    expect(page).to_have_url(re.compile("/compare/P20/"))


def test_without_scripts_everything_is_a_form_or_a_link(person_without_scripts):
    person = person_without_scripts
    page = person.page
    person.open("/compare/")
    page.locator("#attack > summary").click()
    expect(page.locator("#attack table")).to_be_hidden()
    page.get_by_label("Profiles").select_option("session,token")
    page.get_by_label("only what differs").check()
    person.button("Show").click()
    assert page.locator("[data-profile]").first.get_attribute("data-profile") == "session"
    person.link("Who adds it").click()
    expect(person.heading("Who adds it")).to_be_visible()
    person.link("Which one for me?").click()
    page.get_by_role("group", name="3. Do other services").get_by_label("yes").check()
    person.button("What is left?").click()
    expect(page.get_by_role("status")).to_contain_text("Your answers leave JWT")
    person.link("Take JWT home").click()
    expect(page.locator("#settings")).to_contain_text("CHECK_REVOKE_TOKEN")
    page.get_by_role("link", name="Read the code", exact=True).click()
    page.get_by_label("Right").select_option("oauth2")
    person.button("Show").click()
    expect(person.page.locator(".heads")).to_contain_text("schemes/oauth2/authentication.py")


def test_a_block_is_copied(person, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.open("/compare/take-home/token/")
    person.button("Copy: Settings").click()
    expect(person.button("Copy: Settings")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#settings").text_content()


PAGES = {
    "/compare/": "The same API",
    "/compare/?run=here": "Nothing measured|The same API",
    "/compare/time-password/": "changing the password|change of the password",
    "/compare/which/?caller=others&dead=now&offline=yes&cookie=yes": "Which one",
    "/compare/take-home/oauth2/": "OAuth2",
    "/compare/code/?left=token&right=jwt": "Read the code",
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_suits_everybody(person, page, path):
    person.open(path)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(PAGES[path]))
    assert faults(page, path) == []
