"""Pages that are light, quick and still: under 100 kB, usable within a second, and nothing moves once it is there."""

import gzip
import re

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed, so no page was looked at.")

from playwright.sync_api import Page, Response

pytestmark = pytest.mark.browser

PAGES = (
    "/", "/accounts/login/", "/accounts/new/", "/polls/", "/inspect/", "/nowhere/",
    "/compare/", "/compare/console/", "/compare/which/", "/compare/take-home/jwt/", "/compare/code/", "/compare/P18/",
)  # fmt: skip
HEAVIEST = 100_000
"""Bytes of a page with its styles and scripts, as a deployed site sends them: files compressed, the page itself not."""
SLOWEST = 1000
"""Milliseconds until a page can be used, in the best of some loads: this machine may be busy."""
STILL = 0.02
"""Layout shift; Google's Web Vitals call 0.1 good."""
SHIFTS = """() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 300);
})"""
INTERACTIVE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def weight(page: Page, address: str) -> int:
    """Of everything that the page loads, without what draws its charts."""
    bodies: list[Response] = []
    page.on("response", lambda answer: bodies.append(answer))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    total = 0
    for answer in bodies:
        if "/inspect/rows/" in answer.url or answer.url.endswith(".svg"):
            continue
        if 300 <= answer.status < 400:
            continue
        body = re.sub(rb"<svg class=\"chart.*?</svg>", b"", answer.body(), flags=re.DOTALL)
        total += len(gzip.compress(body) if "/static/" in answer.url else body)
    return total


@pytest.mark.parametrize("profile", ["jwt"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light_quick_and_still(page, site, path):
    page.set_viewport_size({"width": 360, "height": 700})
    assert 1000 < weight(page, site.address + path) < HEAVIEST
    shift = page.evaluate(SHIFTS)
    assert shift < STILL
    times = []
    for _ in range(3):
        page.goto(site.address + path)
        times.append(page.evaluate(INTERACTIVE))
    assert min(times) < SLOWEST
