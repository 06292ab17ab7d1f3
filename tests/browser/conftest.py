"""A person at a browser that watches: nothing leaves this machine, the policy blocks nothing, nothing fails unasked."""

import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from project.compare.servers import HOST, Site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BOTH_WAYS = ["session", "oauth2"]
"""A credential that the browser carries, and one that a script does: where schemes differ in nothing else for a person."""
REFUSAL = re.compile(r"responded with a status of 4(00|01|03|04) .*")
"""What Chromium writes when a page is told no: part of the story."""


class Person:
    """Does what people do: opens, reads, clicks and types."""

    def __init__(self, page: "Page", site: Site) -> None:
        self.page = page
        self.site = site

    def open(self, path: str) -> None:
        self.page.goto(self.site.address + path)

    def sign_in(self, name: str = "alice", password: str = "") -> None:
        """On the sign-in page; it says what came of it."""
        self.page.get_by_label("Username or email").fill(name)
        self.page.get_by_label("Password").fill(password or f"{name}-demo-pass")
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def arrive(self, path: str = "/polls/", name: str = "alice") -> None:
        """Signed in, at a page of the polls."""
        self.open(path)
        self.sign_in(name)
        self.page.wait_for_url(f"**{path}")
        self.page.locator("#leave, form[action='/accounts/logout/']").wait_for()

    def button(self, name: str) -> "Locator":
        return self.page.get_by_role("button", name=name)

    def link(self, name: str) -> "Locator":
        return self.page.get_by_role("link", name=name)

    def heading(self, name: str) -> "Locator":
        return self.page.get_by_role("heading", level=1, name=name)

    def choice(self, name: str) -> "Locator":
        return self.page.get_by_role("radio", name=name)

    @property
    def told(self) -> "Locator":
        return self.page.get_by_role("status")


@pytest.fixture(scope="session")
def base_url() -> None:
    """Every test has a site of its own. (The plugin's fixture of this name warns of pytest 10.)"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium), so no page was looked at.")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    only_here = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", only_here, *quiet],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"reduced_motion": "reduce"}


def watch(context: "BrowserContext") -> list[str]:
    """The list that fills with what must not happen."""
    troubles: list[str] = []

    def hear(message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning") and not REFUSAL.search(message.text):
            troubles.append(f"console: {message.text} ({message.location['url']})")

    context.on("console", hear)
    context.on("weberror", lambda error: troubles.append(f"script: {error.error}"))
    context.on(
        "request",
        lambda request: urlsplit(request.url).hostname in (HOST, None) or troubles.append(f"outside: {request.url}"),
    )
    return troubles


@pytest.fixture
def person(context: "BrowserContext", page: "Page", site: Site) -> Iterator[Person]:
    troubles = watch(context)
    yield Person(page, site)
    assert troubles == []


@pytest.fixture
def person_without_scripts(browser: Any, site: Site) -> Iterator[Person]:
    context = browser.new_context(java_script_enabled=False)
    troubles = watch(context)
    yield Person(context.new_page(), site)
    context.close()
    assert troubles == []
