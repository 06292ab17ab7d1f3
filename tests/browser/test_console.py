"""The console, pressed: what comes of each event in two columns, the stopwatch, the clock and back, without a mouse too."""

import re
import time

import pytest
import requests

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import Page, expect

from project.compare.client import Client
from project.compare.servers import Site
from schemes.story import READ, card
from tests.browser.conftest import watch
from tests.browser.test_looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("console")]
PATIENCE = 60_000


class Teacher:
    """Presses buttons, and reads what the columns say."""

    def __init__(self, page: Page, sites: list[Site]) -> None:
        self.page = page
        self.address = f"{sites[0].address}/compare/console/"
        self.lifetime = requests.get(f"{sites[1].address}/auth/", timeout=30).json()["lifetimes"]["access"]
        self.somebody_else = Client(sites[1].address, card("jwt-stock"))
        self.somebody_else.login()
        page.goto(f"{self.address}?columns=jwt,jwt-stock")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def see(self, **words: str) -> None:
        """What each column says at last, in big."""
        for profile, word in words.items():
            column = self.column(profile.replace("_", "-"))
            expect(column.locator(".outcome")).to_have_text(word, timeout=PATIENCE)
        expect(self.page.locator("[aria-disabled]")).to_have_count(0, timeout=PATIENCE)

    def column(self, profile: str):
        return self.page.get_by_role("region", name=profile, exact=True)


@pytest.fixture
def teacher(context, page, sites):
    troubles = watch(context)
    yield Teacher(page, sites.beside("jwt", "jwt-stock"))
    assert troubles == []


def test_one_button_fires_at_every_column(teacher, page):
    teacher.press("Sign in")
    teacher.see(jwt="signed in", jwt_stock="signed in")
    teacher.press("Log out")
    teacher.see(jwt="refused at once", jwt_stock="still open")
    expect(page.get_by_role("status")).to_contain_text("jwt: refused at once. jwt-stock: still open")
    stock = teacher.column("jwt-stock")
    expect(stock).to_contain_text("There is no logout")
    expect(stock.get_by_role("region", name="Answer: Read with the copy")).to_contain_text("200 OK")
    asked = stock.get_by_role("region", name="Request: Read with the copy")
    expect(asked).to_contain_text("Authorization: Bearer ••••••")
    asked.get_by_role("button").click()
    expect(asked).to_contain_text("Bearer eyJ")
    stock.get_by_text("Sign in", exact=True).click()
    expect(stock.get_by_text("Sign in: POST /auth/login/")).to_be_visible()
    assert faults(page, "the console") == []


SEEN = """element => {
    window.seen = [];
    new MutationObserver(() => seen.push(element.textContent)).observe(element, { childList: true });
}"""


def test_the_stopwatch_runs_until_the_copies_are_dead(teacher, page):
    running = teacher.column("jwt-stock").locator(".outcome")
    running.evaluate(SEEN)
    teacher.press("Log out, until a copy is dead")
    teacher.see(jwt="dead at once", jwt_stock=re.compile("dead after"))
    assert any(re.match(r"still 200 after \d+ (s|min)", text) for text in page.evaluate("seen"))
    rows = page.get_by_role("table", name="Seconds until the copy was dead").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("0 (at once)")
    seconds = int(re.search(r"jwt-stock(\d+) \(", rows.nth(2).text_content())[1])
    assert teacher.lifetime - 2 <= seconds <= teacher.lifetime
    expect(rows.nth(2)).to_contain_text("renewed: 86,")
    assert faults(page, "the console, measured") == []


def test_time_passes_at_a_press_and_comes_back(teacher, page):
    teacher.press("Sign in")
    teacher.see(jwt="signed in", jwt_stock="signed in")
    teacher.press("1 h")
    teacher.see(jwt="refused", jwt_stock="refused")
    expect(page.locator("#now")).to_have_text("time: now + 1 h")
    teacher.press("Back to now")
    expect(page.locator("#now")).to_have_text("time: now")
    teacher.press("Read")
    teacher.see(jwt="let in", jwt_stock="let in")
    teacher.press("1 h")
    teacher.see(jwt="refused", jwt_stock="refused")
    assert teacher.somebody_else.ask("GET", READ).status_code == 401
    page.goto("about:blank")
    deadline = time.monotonic() + 10
    while not teacher.somebody_else.ask("GET", READ).ok:
        assert time.monotonic() < deadline, "who leaves the page leaves no clock moved"
        time.sleep(0.1)


def test_columns_are_chosen_and_kept_in_the_address(teacher, page):
    expect(teacher.column("jwt")).to_be_visible()
    page.get_by_text("Choose each").press("Enter")
    page.get_by_role("checkbox", name="jwt", exact=True).press("Space")
    expect(teacher.column("jwt")).to_be_hidden()
    assert page.url.endswith("?columns=jwt-stock")
    page.reload()
    expect(teacher.column("jwt-stock")).to_be_visible()
    expect(teacher.column("jwt")).to_be_hidden()
    page.get_by_role("button", name="jwt, stock beside hardened").press("Enter")
    expect(teacher.column("jwt")).to_be_visible()
    page.get_by_role("button", name="Read", exact=True).press("Enter")
    teacher.see(jwt="refused", jwt_stock="refused")


def test_a_run_that_is_over_is_said(teacher, page):
    teacher.press("Sign in")
    teacher.see(jwt="signed in", jwt_stock="signed in")
    page.route(
        "**/fire/", lambda route: route.continue_(post_data=re.sub('"run":"[^"]+"', '"run":"x"', route.request.post_data))
    )
    teacher.press("Read")
    teacher.see(jwt="no answer", jwt_stock="no answer")
    expect(teacher.column("jwt")).to_contain_text("Start again")
