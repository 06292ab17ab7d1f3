"""The polls app as people use it: registering, voting whatever happens meanwhile, and seeing to one's own account."""

import re
from itertools import count
from typing import Any

import pytest

from project.compare.servers import Site, free_ports, start
from schemes import BASELINE, SCHEMES, STOCK
from schemes.story import VOTE, card

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Person, watch
from tests.browser.test_looks import faults
from tests.clients.live import CLOCKED, DAY, PASSWORD, apart, later, somebody

pytestmark = pytest.mark.browser

QUESTION = "Which scheme protects your API?"
BY_COOKIE = [name for name in SCHEMES if "Cookie" in card(name).read]
BY_HEADER = [name for name in SCHEMES if name not in BY_COOKIE]
NO_ANSWER = re.compile("Failed to load resource: net::|status of (429|503)")
"""What Chromium writes when a site does not answer, or has no time."""
BOTH = ["session", "jwt"]
"""Where a page is the server's, and where it is the script's: for what differs no further."""
SUBMITTED_TWICE = """() => [1, 2].map(() => {
    const form = document.querySelector("main form");
    return form.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
})"""
"""Whether the browser would go on to send the form, the first time and the second."""
_names = count(1)


@pytest.fixture
def person(context, page, site: Site):
    """Watched as ever, but for sites that do not answer: that is what is tested here."""
    troubles = watch(context)
    yield Person(page, site)
    assert [trouble for trouble in troubles if not NO_ANSWER.search(trouble)] == []


@pytest.fixture
def name(site: Site) -> str:
    """Somebody new, whom no other test knows."""
    return apart(somebody, site)


def register(person: Person, name: str, **other: str) -> None:
    typed = {"Username": name, "Email": f"{name}@example.com", "Password": PASSWORD, "The same password again": PASSWORD}
    for label, text in (typed | other).items():
        person.page.get_by_label(label, exact=True).fill(text)
    person.button("Register").click()


def row(page: Page, choice: str) -> Any:
    return page.get_by_role("row", name=choice)


# Registering


@pytest.mark.parametrize("profile", BOTH)
def test_somebody_registers_and_votes(person, page, profile):
    name = f"newcomer_{profile}_{next(_names)}"
    person.open("/polls/3/")
    person.link("Register").click()
    register(person, name, **{"The same password again": "another"})
    field = page.get_by_label("The same password again")
    expect(field).to_have_accessible_description(re.compile("The two passwords differ"))
    expect(field).to_be_focused()
    expect(page.get_by_label("Username")).to_have_value(name)
    register(person, name)
    expect(page.get_by_text(f"Welcome, {name}.")).to_be_visible()
    person.sign_in(name, PASSWORD)
    person.choice("Every device").check()
    person.button("Vote").click()
    expect(row(page, "Every device").get_by_text("your choice")).to_be_visible()


@pytest.mark.parametrize("profile", ["jwt"])
def test_who_presses_twice_registers_once(person, page):
    person.open("/accounts/new/")
    assert page.evaluate(SUBMITTED_TWICE) == [True, False]


@pytest.mark.parametrize("profile", ["jwt"])
@pytest.mark.parametrize("here", ["Europe/Berlin", "Asia/Kolkata", "UTC"])
def test_the_time_zone_of_the_browser_is_marked(browser, site, here):
    """Chromium calls Asia/Kolkata by its older name."""
    context = browser.new_context(timezone_id=here)
    page = context.new_page()
    page.goto(f"{site.address}/accounts/new/")
    expect(page.get_by_label("Time zone")).to_have_value(here)
    context.close()


# Voting


@pytest.mark.parametrize("profile", BOTH)
def test_a_question_and_its_results_show_one_s_own_vote_until_it_is_withdrawn(person, page, name):
    person.open("/polls/1/")
    person.sign_in(name, PASSWORD)
    for choice in ("Token", "JWT"):
        person.choice(choice).check()
        person.button("Vote").click()
        expect(row(page, choice).get_by_text("your choice")).to_be_visible()
        expect(page.get_by_text("your choice")).to_have_count(1)
        person.link("Vote again").click()
        expect(person.choice(choice)).to_be_checked()
    person.link("Results").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Your vote is withdrawn.")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)


def test_a_vote_outlives_an_expired_credential(person, page, sites, profile):
    """Renewed where something renews; else the choice is marked again after the next sign-in."""
    person.site = sites(profile, **CLOCKED)
    name = apart(somebody, person.site)
    person.open("/polls/2/")
    person.sign_in(name, PASSWORD)
    person.choice("In memory").check()
    with later(person.site):
        person.button("Vote").click()
        if not card(profile).refresh:
            expect(person.heading("Sign in")).to_be_visible()
            person.sign_in(name, PASSWORD)
            expect(person.choice("In memory")).to_be_checked()
            person.button("Vote").click()
        expect(row(page, "In memory").get_by_text("your choice")).to_be_visible()


@pytest.mark.parametrize("profile", [name for name in SCHEMES if card(name).refresh])
def test_a_vote_outlives_what_renews_too(person, page, sites, profile):
    person.site = sites(profile, **CLOCKED)
    name = apart(somebody, person.site)
    person.open("/polls/2/")
    person.sign_in(name, PASSWORD)
    person.choice("In memory").check()
    with later(person.site, 30 * DAY):
        person.button("Vote").click()
        expect(person.told).to_contain_text("You are signed out")
        person.sign_in(name, PASSWORD)
        expect(person.choice("In memory")).to_be_checked()


@pytest.mark.parametrize("profile", BOTH)
def test_a_vote_waits_for_a_site_that_does_not_answer(person, page, name):
    person.open("/polls/1/")
    person.sign_in(name, PASSWORD)
    person.choice("OAuth2").check()
    page.route(f"**{VOTE}", lambda route: route.abort("connectionrefused"), times=1)
    person.button("Vote").click()
    expect(page.get_by_role("alert")).to_contain_text("The site does not answer. Try again in a moment. Your choice is kept")
    expect(person.choice("OAuth2")).to_be_checked()
    person.button("Vote").click()
    expect(row(page, "OAuth2").get_by_text("your choice")).to_be_visible()


@pytest.mark.parametrize("profile", BOTH)
def test_who_is_told_to_wait_reads_for_how_long(person, page, name):
    def busy(route: Route) -> None:
        told = {"detail": "Too much. Expected available in 170 seconds."}
        route.fulfill(status=429, json=told, headers={"Retry-After": "170"})

    person.open("/polls/1/")
    person.sign_in(name, PASSWORD)
    person.choice("OAuth2").check()
    page.route(f"**{VOTE}", busy, times=1)
    person.button("Vote").click()
    expect(page.get_by_role("alert")).to_have_text("Too much. Try again in 3 minutes. Your choice is kept: vote once more.")


@pytest.mark.parametrize("profile", BOTH)
def test_a_double_click_votes_once(person, page, name):
    sent = []
    page.on("request", lambda request: request.method in ("PUT", "POST") and "/vote/" in request.url and sent.append(request))
    person.open("/polls/1/")
    person.sign_in(name, PASSWORD)
    person.choice("Session").check()
    person.button("Vote").dblclick()
    expect(page.get_by_role("table")).to_be_visible()
    assert len(sent) == 1


@pytest.mark.parametrize("profile", BOTH)
def test_the_back_button_leads_back_to_the_vote_as_it_is_now(person, page, name):
    person.open("/polls/1/")
    person.sign_in(name, PASSWORD)
    person.choice("Session").check()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.go_back()
    expect(person.choice("Session")).to_be_checked()
    expect(page.get_by_text("your vote", exact=True)).to_be_visible()
    page.go_forward()
    expect(row(page, "Session").get_by_text("your choice")).to_be_visible()


@pytest.mark.parametrize("profile", BOTH)
def test_of_two_tabs_one_signs_out_and_in_again_and_the_other_votes(person, page, context, name, profile):
    """By cookie both tabs are one sign-in, with a new CSRF token; else each has its own, and keeps it."""
    person.open("/polls/1/")
    person.sign_in(name, PASSWORD)
    person.choice("Token").check()
    other = Person(context.new_page(), person.site)
    other.open("/polls/1/")
    if profile in BY_HEADER:
        other.sign_in(name, PASSWORD)
    other.button("Sign out").click()
    expect(other.button("Sign out")).to_be_hidden()
    other.open("/polls/1/")
    other.sign_in(name, PASSWORD)
    expect(other.button("Vote")).to_be_visible()
    person.button("Vote").click()
    expect(row(page, "Token").get_by_text("your choice")).to_be_visible()


@pytest.mark.parametrize("profile", BOTH)
def test_a_vote_outlives_a_restart_of_the_site(person, page, sites, profile):
    """Rows are where they were, and so is the key that signs."""
    environment = sites(profile).environment
    first = start(profile, next(free_ports()), environment)
    again = None
    try:
        first.wait()
        person.site = first
        person.arrive("/polls/1/")
        person.choice("JWT").check()
        first.stop()
        person.button("Vote").click()
        expect(page.get_by_role("alert")).to_contain_text("The site does not answer")
        again = start(profile, first.port, environment)
        again.wait()
        person.button("Vote").click()
        expect(row(page, "JWT").get_by_text("your choice")).to_be_visible()
    finally:
        for one in filter(None, (first, again)):
            one.stop()


@pytest.mark.parametrize("profile", ["jwt"])
def test_a_view_that_can_not_be_shown_is_tried_again_by_a_button(person, page):
    person.arrive()
    page.route("**/polls/api/questions/1/", lambda route: route.abort("connectionrefused"), times=1)
    person.link(QUESTION).click()
    expect(person.heading("This did not work")).to_be_focused()
    person.button("Try again").click()
    expect(person.heading(QUESTION)).to_be_focused()


@pytest.mark.parametrize("profile", ["jwt"])
def test_an_empty_list_says_so_and_a_long_one_has_pages(person, page, profile):
    """The session profile's pages of it are tested where they are made."""
    questions = "**/polls/api/questions/"
    some = {"id": 1, "question_text": "Newest?", "pub_date": "2026-01-01T00:00:00Z", "choices": []}
    none = {"count": 0, "next": None, "previous": None, "results": []}
    person.arrive("/polls/1/")
    page.route(questions, lambda route: route.fulfill(json=none), times=1)
    person.link("All polls").click()
    expect(page.get_by_text("There are no polls yet.")).to_be_visible()
    first = {"count": 21, "next": "?page=2", "previous": None, "results": [some]}
    second = {"count": 21, "next": None, "previous": "?page=1", "results": [some | {"question_text": "Oldest?"}]}
    page.route(questions, lambda route: route.fulfill(json=first))
    page.route(f"{questions}?page=2", lambda route: route.fulfill(json=second))
    person.link("Polls").first.click()
    expect(page.get_by_text("Page 1 of 21 polls.")).to_be_visible()
    person.link("Older polls").click()
    expect(person.link("Oldest?")).to_be_visible()
    page.go_back()
    expect(person.link("Newest?")).to_be_visible()


# One's own account


@pytest.mark.parametrize("profile", BOTH)
def test_an_account_is_changed_without_leaving_the_page(person, page, name, profile):
    person.open("/accounts/own/")
    person.sign_in(name, PASSWORD)
    expect(person.heading("Account")).to_be_visible()
    expect(page).to_have_title(f"Account · {profile}")
    assert page.url == f"{person.site.address}/accounts/own/"
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    person.button("Save").click()
    expect(page.get_by_text("Your details are saved.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Ada")

    address = page.get_by_role("textbox", name="Email")
    address.fill("bob@example.com")
    page.get_by_label("Your password, to change it").fill(PASSWORD)
    person.button("Change the email address").click()
    expect(address).to_have_accessible_description("This address is taken.")
    expect(address).to_be_focused()
    address.fill(f"{name}@example.org")
    page.get_by_label("Your password, to change it").fill(PASSWORD)
    person.button("Change the email address").click()
    expect(page.get_by_text("Your email address is changed.")).to_be_visible()
    person.link("Polls").first.click()
    expect(page.get_by_text("(Europe/Berlin)").first).to_be_visible()
    person.link("Account").click()
    expect(address).to_have_value(f"{name}@example.org")
    expect(person.button(f"Sign out {name}")).to_be_visible()


def test_after_a_new_password_a_session_goes_on_and_anything_else_has_ended(person, page, name, profile):
    person.open("/accounts/own/")
    person.sign_in(name, PASSWORD)
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("The new password").fill("another-horse-battery")
    person.button("Change the password").click()
    expect(page.get_by_label("Current password")).to_have_accessible_description("This is not your password.")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("The new password").fill("another-horse-battery")
    person.button("Change the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    if profile in BY_HEADER:
        person.sign_in(name, "another-horse-battery")
    expect(person.heading("Account")).to_be_visible()
    expect(person.button(f"Sign out {name}")).to_be_visible()


def test_sign_ins_are_listed_and_ended_one_by_one_and_all_at_once(person, page, name, visitor):
    person.open("/accounts/own/")
    person.sign_in(name, PASSWORD)
    entries = page.get_by_role("listitem").filter(has_text="Signed in")
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("Chrome on Linux this one")
    assert visitor.login(name, PASSWORD).ok
    assert visitor.ask("GET", "/accounts/me/").ok
    person.link("Polls").first.click()
    person.link("Account").click()
    expect(entries).to_have_count(2)
    person.button("End Python").click()
    expect(page.get_by_text("That sign-in has ended.")).to_be_visible()
    expect(entries).to_have_count(1)
    assert not visitor.ask("GET", "/accounts/me/").ok
    assert visitor.login(name, PASSWORD).ok
    person.button("Sign out everywhere").click()
    expect(page.get_by_text("You are signed out everywhere.")).to_be_visible()
    expect(person.heading("Sign in")).to_be_visible()
    assert not visitor.ask("GET", "/accounts/me/").ok


@pytest.mark.parametrize("profile", [*STOCK.values(), BASELINE])
def test_what_a_library_lacks_the_account_says_in_words(person, page, name, profile):
    person.open("/accounts/own/")
    person.sign_in(name, "wrong")
    expect(person.told).to_contain_text(re.compile("Unable|Invalid|No active"))
    person.sign_in(name, PASSWORD)
    expect(page.get_by_text(f"the profile {profile}")).to_be_visible()
    page.get_by_label("First name").fill("Ada")
    person.button("Save").click()
    expect(page.get_by_text("Your details are saved.")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("The new password").fill("another-horse-battery")
    person.button("Change the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()


@pytest.mark.parametrize("profile", BY_HEADER[:1])
def test_going_about_moves_the_focus_and_the_title_and_says_what_happened(person, page, name, profile):
    person.open("/polls/")
    person.sign_in(name, PASSWORD)
    page.evaluate("window.here = true")
    for link, heading in [(QUESTION, QUESTION), ("All polls", "Polls"), ("Account", "Account")]:
        person.link(link).click()
        expect(person.heading(heading)).to_be_focused()
        expect(page).to_have_title(f"{heading} · {profile}")
    page.go_back()
    expect(person.heading("Polls")).to_be_focused()
    assert page.evaluate("window.here")


# Everybody


@pytest.mark.parametrize("profile", BY_COOKIE)
def test_by_cookie_all_of_it_works_without_scripts(person_without_scripts):
    person = person_without_scripts
    page = person.page
    name = f"scriptless_{next(_names)}"
    person.open("/polls/3/")
    person.link("Register").click()
    register(person, name)
    person.sign_in(name, PASSWORD)
    person.choice("Every device").check()
    person.button("Vote").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Your vote is withdrawn.")).to_be_visible()
    person.link("Account").click()
    page.get_by_label("Last name").fill("Lovelace")
    person.button("Save").click()
    expect(page.get_by_label("Last name")).to_have_value("Lovelace")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("The new password").fill("another-horse-battery")
    person.button("Change the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    expect(page.get_by_text("this one")).to_be_visible()
    person.button("Sign out everywhere").click()
    expect(page.get_by_text("You are signed out everywhere.")).to_be_visible()
    person.sign_in(name, "another-horse-battery")
    person.button("Sign out").click()
    expect(person.link("Sign in").first).to_be_visible()


@pytest.mark.parametrize("profile", ["session", "oauth2"])
def test_the_pages_suit_everybody(person, page, name):
    found = []
    person.open("/accounts/new/")
    found += faults(page, "registration")
    register(person, "alice")
    expect(page.get_by_text("This username is taken.")).to_be_visible()
    found += faults(page, "a refused registration")
    person.open("/accounts/own/")
    person.sign_in(name, PASSWORD)
    expect(person.heading("Account")).to_be_visible()
    person.button("Change the password").wait_for()
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("The new password").fill("short")
    person.button("Change the password").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    found += faults(page, "the account")
    person.link("Polls").first.click()
    person.link(QUESTION).click()
    person.choice("JWT").check()
    person.button("Vote").click()
    expect(page.get_by_role("table")).to_be_visible()
    found += faults(page, "results")
    person.link("Vote again").click()
    expect(page.get_by_text("your vote", exact=True)).to_be_visible()
    found += faults(page, "a question")
    assert found == []
