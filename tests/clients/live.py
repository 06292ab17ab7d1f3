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


def load(profile: str) -> Any:
    """The Python file that people copy, from where it lies."""
    spec = spec_from_file_location(f"{profile}_client", CLIENTS / profile / "client.py")
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
