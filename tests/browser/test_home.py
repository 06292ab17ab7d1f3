"""The home page: the story at the press of a button, the settings against another profile, the way to the other profiles."""

import re

import pytest

from schemes import PROFILES
from schemes.story import card, exchanges
from tests.browser.conftest import Person
from tests.inspector.watching import Inspector, promised

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def send(page, name: str) -> None:
    page.get_by_role("button", name=f"Send: {name}", exact=True).click()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_story_walked_by_clicking_leaves_the_record_that_curl_leaves(person, page, profile, site):
    inspector = Inspector(site)
    person.open("/")
    page.get_by_role("button", name="Walk the whole story").click()
    expect(page.locator("#walked")).to_have_text("The whole story was walked.", timeout=30_000)
    assert inspector.record() == promised(profile)
    came = page.locator("[data-came]").all_inner_texts()
    assert came == [f"{one.step.status} as expected" for one in exchanges(profile)]


def test_a_step_out_of_turn_is_refused_and_says_what_it_went_without(person, page, profile, site):
    person.open("/")
    send(page, "Vote")
    came = page.locator(f"[data-came={profile}-4]")
    expect(came).to_contain_text(f"{card(profile).refused} without {{")
    row = Inspector(site).rows(0)[-1]
    assert row["step"] == f"{profile}-4"
    assert not {name for name, _ in row["exchange"]["headers"]} & set(card(profile).write)
    opened = page.locator("#inspector-rows > li > details[open]")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text("PUT /polls/api/questions/1/vote/")
    expect(opened).to_contain_text("Decided")


@pytest.mark.parametrize("profile", ["jwt"])
def test_what_was_kept_can_be_forgotten(person, page):
    person.open("/")
    for name in ("Sign in", "Read question 1"):
        send(page, name) if name == "Read question 1" else page.locator("[data-send=jwt-2]").click()
    expect(page.locator("[data-came=jwt-3]")).to_contain_text("200 as expected")
    page.get_by_role("button", name="Forget what was kept").click()
    expect(page.locator("[data-came=jwt-3]")).to_be_empty()
    send(page, "Read question 1")
    expect(page.locator("[data-came=jwt-3]")).to_contain_text("401 without {access}")


@pytest.mark.parametrize("profile", ["session"])
def test_the_buttons_go_on_after_a_sign_in_in_another_tab(person, page, context, site):
    person.open("/")
    other = context.new_page()
    Person(other, site).arrive()
    send(page, "Ask without a credential")
    expect(page.locator("[data-came=session-1]")).to_contain_text("403 as expected")


@pytest.mark.parametrize("profile", ["oauth2"])
def test_a_site_that_is_gone_is_told(page, site, profile):
    page.goto(site.address)
    page.route("**/inspect/send/", lambda route: route.abort())
    page.locator("[data-send=oauth2-1]").click()
    expect(page.locator("#walked")).to_contain_text("The site does not answer.")


@pytest.mark.parametrize("profile", ["token"])
def test_the_settings_are_shown_against_any_other_profile(person, page):
    person.open("/")
    page.get_by_label("Compare token with").select_option("jwt")
    page.get_by_role("button", name="Show").click()
    row = page.get_by_role("row", name="TOKEN_EXPIRE_TIME")
    expect(row.get_by_role("cell").first).to_have_text("1209600")
    expect(row.get_by_role("cell").last).to_have_text("not set")
    expect(page.get_by_role("row", name='SIMPLE_JWT["SIGNING_KEY"]')).to_contain_text("'********'")


@pytest.mark.parametrize("profile", ["session"])
def test_the_menu_leads_to_the_same_page_of_another_profile(context, page, sites, profile):
    other = sites("jwt")
    here = sites("session", DEMO_SITES=f"session=http://127.0.0.1:9,jwt={other.address}")
    page.goto(f"{here.address}/compare/")
    page.get_by_role("banner").locator("summary").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="jwt", exact=True)).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="jwt", exact=True).press("Enter")
    expect(page).to_have_url(f"{other.address}/compare/")
    expect(page).to_have_title(re.compile(" · jwt$"))


@pytest.mark.parametrize("profile", ["jwt"])
def test_without_scripts_the_home_page_has_the_lines_and_no_dead_button(person_without_scripts):
    page = person_without_scripts.page
    person_without_scripts.open("/")
    assert page.get_by_role("button", name=re.compile("Send|Walk|Forget")).count() == 0
    expect(page.get_by_role("region", name="A first session in curl")).to_be_visible()
    assert "The buttons need JavaScript." in page.content()


@pytest.mark.parametrize("profile", ["jwt"])
def test_outside_debug_the_story_is_read_and_nothing_sends_it(sites, page, profile):
    site = sites(profile, DEBUG="0", LAB="1", SECRET_KEY="s" * 60, JWT_SIGNING_KEY="j" * 60)
    page.goto(site.address)
    expect(page.get_by_role("heading", name="The story in seven steps")).to_be_visible()
    assert page.locator("[data-send], #inspector").count() == 0
