"""A provider that lies and fails on demand, and sites that know it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import psycopg
import pytest

from project.compare.servers import Site
from schemes.story import DEMO, card
from tests.social.fake import Fake

ALL = ("oidc", "google-oauth2", "github", "facebook", "twitter-oauth2")


@pytest.fixture(scope="session")
def fake() -> Iterator[Fake]:
    provider = Fake()
    yield provider
    provider.close()


@pytest.fixture
def site(sites: Any, profile: str, fake: Fake) -> Site:
    """The live site of each profile in turn, which knows every provider."""
    return sites(profile, **fake.environment(*ALL))


_open: list[httpx.Client] = []


def client(site: Site) -> httpx.Client:
    """A client with a cookie jar, closed after the test."""
    _open.append(httpx.Client(base_url=site.address, timeout=20))
    return _open[-1]


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


class Program:
    """Sends a provider's token to a site, and speaks with what it got for it."""

    def __init__(self, site: Site) -> None:
        self.scheme = card(site.profile)
        self.http = client(site)
        self.headers: dict[str, str] = {}

    def exchange(self, token: str, provider: str = "oidc", **more: str) -> httpx.Response:
        if self.scheme.name == "oauth2":
            application = {"client_id": DEMO["client_id"], "client_secret": DEMO["client_secret"]}
            form = {"grant_type": "convert_token", "backend": provider, "token": token}
            answer = self.http.post("/auth/convert-token/", data=form | application | more)
        else:
            answer = self.http.post(f"/auth/social/{provider}/", json={"access_token": token} | more, headers=self.csrf())
        if answer.is_success:
            kept = {name: answer.json().get(where) for name, where in self.scheme.login.keep.items()}
            self.headers = {name: text.format(**kept) for name, text in self.scheme.read.items() if name != "Cookie"}
        return answer

    def csrf(self) -> dict[str, str]:
        if self.scheme.name != "session":
            return {}
        return {"X-CSRFToken": self.http.get("/auth/csrf/").json()["csrftoken"]}

    def me(self) -> dict[str, Any]:
        answer = self.http.get("/accounts/me/", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def program(site: Site) -> Program:
    return Program(site)


class Person:
    """Walks the pages without a browser: forms are sent as they stand in the page."""

    def __init__(self, site: Site) -> None:
        self.http = client(site)

    def token(self, path: str = "/accounts/login/") -> str:
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.http.get(path).text)[1]

    def press(self, provider: str = "oidc", **fields: str) -> httpx.Response:
        """The button of a provider: where it leads."""
        return self.http.post(f"/social/login/{provider}/", data={"csrfmiddlewaretoken": self.token()} | fields)

    def go(self, provider: str = "oidc", **fields: str) -> httpx.Response:
        """There and back again: what the way back answers."""
        away = self.press(provider, **fields)
        assert away.status_code == 302, away.text
        back = httpx.get(away.headers["Location"])
        return self.http.get(back.headers["Location"])

    def sign_in(self, name: str = "alice", path: str = "/accounts/profile/") -> httpx.Response:
        form = {"username": name, "password": f"{name}-demo-pass", "next": path}
        at = f"/accounts/login/?next={path}"
        return self.http.post(at, data=form | {"csrfmiddlewaretoken": self.token(at)})

    def take(self, **fields: str) -> httpx.Response:
        """What the script of the sign-in page does."""
        application = {"client_id": DEMO["client_id"], "client_secret": DEMO["client_secret"]}
        return self.http.post("/auth/hand-over/", data=application | {"csrfmiddlewaretoken": self.token()} | fields)


@pytest.fixture
def walker(site: Site) -> Person:
    return Person(site)


def rows(site: Site, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the site's database answers."""
    url = site.environment["DATABASE_URL"]
    if not url.startswith("sqlite"):
        query = query.replace("?", "%s")
    with closing(connected(url)) as connection:
        done = connection.execute(query, values)
        found = done.fetchall() if done.description else []
        connection.commit()
    return found


def connected(url: str) -> Any:
    return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10) if url.startswith("sqlite") else psycopg.connect(url)


def counted(site: Site) -> list[tuple[Any, ...]]:
    """How many accounts and links there are."""
    return rows(site, "SELECT (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM social_auth_usersocialauth)")


def link_of(site: Site, sub: str) -> tuple[int, int] | None:
    """The link of a person at the fake provider, and the account that it opens."""
    found = rows(site, "SELECT id, user_id FROM social_auth_usersocialauth WHERE uid LIKE ?", f"%#{sub}")
    return found[0] if found else None
