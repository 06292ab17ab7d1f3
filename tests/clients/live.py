"""What the copies for other people's projects are tried against: accounts of their own, and a clock that is moved."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from typing import Any

import httpx

from project.compare.lab import CLOCK, KEY
from project.compare.servers import ROOT, Site
from schemes.story import DEMO
from tests.schemes.browsing import Browser

CLIENTS = ROOT / "docs" / "clients"
LIFETIME = 3600
DAY = 24 * 3600
"""After which nothing can be renewed any more."""
CLOCKED = dict.fromkeys(
    ["SESSION_COOKIE_AGE", "TOKEN_EXPIRE_TIME", "JWT_ACCESS_LIFETIME", "OAUTH2_ACCESS_LIFETIME"], str(LIFETIME)
)
"""Of a site of its own, whose clock disturbs nobody else: what a request carries lives for an hour in every scheme."""
PASSWORD = "correct-horse-battery"
_numbers = count(1)


def somebody(site: Site) -> str:
    """The name of a new account; its password is PASSWORD."""
    name = f"somebody_{next(_numbers)}"
    fields = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "password2": PASSWORD}
    httpx.post(f"{site.address}/accounts/register/", json=fields).raise_for_status()
    return name


class Person(Browser):
    """Somebody with a browser and an account of their own, who is asked by an application."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.address)
        self.name = somebody(site)

    def answers(self, address: str, allow: str | None = "yes") -> str:
        """Open what an application asked for, sign in where that is asked, and allow it or not: where that leads."""
        page = self.go(address)
        if page.is_redirect:
            page = self.sign_in(address, self.name, PASSWORD)
        assert page.status_code == 200, page.text
        return self.fill(page, allow=allow).headers["Location"]

    def allows(self) -> str:
        """The page that lists which applications hold tokens in this person's name."""
        return self.go("/auth/allowed/").text


def load(profile: str, file: str = "client") -> Any:
    """A Python file that people copy, from where it lies."""
    spec = spec_from_file_location(f"{profile}_{file}", CLIENTS / profile / f"{file}.py")
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def sign_in_as(profile: str, base: str, name: str, password: str = PASSWORD) -> httpx.Auth:
    """An `Auth` of a profile. That of OAuth2 has to know its application too."""
    application = [DEMO["client_id"], DEMO["client_secret"]] if profile == "oauth2" else []
    return load(profile).Auth(base, name, password, *application)


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work` returns, done in a thread of its own: in ours Playwright may have left an event loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *arguments).result()


@contextmanager
def later(site: Site, seconds: float = LIFETIME + 1) -> Iterator[None]:
    """The site's time is some seconds ahead, for the length of a block."""
    _move(site, seconds)
    try:
        yield
    finally:
        _move(site, 0)


def _move(site: Site, seconds: float) -> None:
    httpx.get(f"{site.address}/healthz", headers={KEY: "k" * 40, CLOCK: str(seconds)}).raise_for_status()
