"""Every page suits everybody: axe finds nothing, and 360 pixels are wide enough, in the light and in the dark."""

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")
pytest.importorskip("axe_playwright_python", reason="axe is not installed, so no page was looked at.")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WAYS = [("light", 1000), ("dark", 360), ("light", 360), ("dark", 1000)]
FORGED = """path => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: path });
    document.body.append(form);
    form.submit();
}"""


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with a page as it stands."""
    page.wait_for_load_state()
    found = []
    for colours, width in WAYS:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 700})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} scrolls sideways at {width} pixels")
    for colours, width in WAYS[:2]:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 700})
        violations = Axe().run(page, options=RULES).response["violations"]
        found += [f"{name}, {colours}: {fault['help']} {fault['nodes'][0]['html']}" for fault in violations]
    return found


def test_every_page_suits_everybody(person, page):
    found = []
    for path in ("/", "/accounts/logout/", "/accounts/login/"):
        person.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += faults(page, path)
    person.sign_in(password="wrong")
    expect(person.told).to_contain_text(re.compile("Unable|Invalid"))
    found += faults(page, "a refused sign-in")
    person.sign_in()
    expect(person.heading("Polls")).to_be_visible()
    found += faults(page, "the polls")
    person.link("Where do you keep a token").click()
    expect(person.button("Vote")).to_be_visible()
    found += faults(page, "a question")
    person.link("Results").click()
    expect(page.get_by_role("table")).to_be_visible()
    found += faults(page, "results")
    person.open("/")
    page.evaluate(FORGED, "/accounts/logout/")
    expect(person.heading("Error 403")).to_be_visible()
    found += faults(page, "an error")
    assert found == []
