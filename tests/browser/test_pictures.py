"""The pictures in README and docs: taken of live pages, after a look at what they show. `make pictures` takes them anew."""

import os
import re
from pathlib import Path

import pytest

from project.compare.servers import ROOT

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pictures")]

PUBLISHED = ROOT / "docs" / "pictures"
NAMES = ("home", "inspector", "console", "comparison", "guide", "code", "results")
PNG = b"\x89PNG"


@pytest.fixture
def picture(page, tmp_path):
    """Takes the picture of the page as it stands, where it belongs if that was asked for; it is no blank sheet."""
    folder = PUBLISHED if os.environ.get("PICTURES") else tmp_path

    def take(name: str) -> None:
        assert name in NAMES
        folder.mkdir(parents=True, exist_ok=True)
        taken = page.screenshot(path=Path(folder / f"{name}.png"))
        assert taken.startswith(PNG)
        assert len(taken) > 10_000

    page.set_viewport_size({"width": 1280, "height": 800})
    return take


@pytest.fixture
def there(sites):
    """The address of a site of a demo of four."""
    return sites.beside("jwt", "jwt-stock", "session", "oauth2")[0].address


def to_the_top(page: Page, selector: str) -> None:
    page.locator(selector).first.evaluate("element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 16)")


def walk(page: Page, there: str) -> None:
    page.goto(there)
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Walk the whole story").click()
    expect(page.locator("#walked")).to_have_text("The whole story was walked.", timeout=30_000)
    expect(page.locator("#inspector-rows > li").first).to_contain_text("jwt-7c")


def test_of_the_home_page(page, there, picture):
    page.goto(there)
    page.get_by_role("button", name="Clear").click()
    for name in ("Ask without a credential", "Vote"):
        page.get_by_role("button", name=f"Send: {name}", exact=True).click()
        expect(page.locator("#inspector-rows details[open]")).to_contain_text("no credential came")
    expect(page.locator("#inspector-rows > li")).to_have_count(2)
    to_the_top(page, "#story")
    picture("home")


def test_of_the_inspector(page, there, picture):
    walk(page, there)
    page.goto(f"{there}/inspect/")
    page.locator("#inspector-rows summary", has_text="jwt-6a").first.click()
    expect(page.locator("#inspector-rows")).to_contain_text("The signature is wrong")
    to_the_top(page, "#inspector-rows details[open]")
    picture("inspector")


def test_of_the_console(page, there, picture):
    page.goto(f"{there}/compare/console/?columns=jwt,jwt-stock,oauth2")
    page.get_by_role("button", name="Log out, until a copy is dead").click()
    expect(page.locator(".board [aria-disabled]")).to_have_count(0, timeout=90_000)
    expect(page.locator("#results")).to_be_visible()
    expect(page.locator("[data-profile=jwt] .outcome")).to_contain_text("dead at once")
    to_the_top(page, ".board")
    picture("console")


def test_of_the_comparison(page, there, picture):
    page.goto(f"{there}/compare/#attack")
    expect(page.get_by_role("heading", name="Under attack").first).to_be_visible()
    picture("comparison")


def test_of_the_guide(page, there, picture):
    page.goto(f"{there}/compare/which/")
    for question in page.locator("main fieldset").all()[:2]:
        question.get_by_role("radio").first.check()
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(r"\?"))
    to_the_top(page, "#answer")
    picture("guide")


def test_of_the_code(page, there, picture):
    page.goto(f"{there}/compare/code/?left=token&right=jwt")
    expect(page.get_by_role("heading", name="Read the code")).to_be_visible()
    picture("code")


def test_of_the_polls_in_the_dark(page, there, picture):
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 800, "height": 600})
    page.goto(f"{there}/polls/1/")
    page.get_by_label("Username or email").fill("alice")
    page.get_by_label("Password").fill("alice-demo-pass")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("radio", name="JWT").check()
    page.get_by_role("button", name="Vote").click()
    expect(page.get_by_role("table")).to_be_visible()
    picture("results")


def test_every_picture_is_shown_somewhere_and_none_is_missing():
    told = "".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    assert set(re.findall(r"pictures/(\w+)\.png", told)) == set(NAMES) == {path.stem for path in PUBLISHED.glob("*.png")}
