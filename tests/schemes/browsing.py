"""A browser without scripts: it keeps cookies, fills in forms and stops where an application is called back."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

CALLBACK = "http://127.0.0.1:49152/callback"
"""Where nobody listens: the browser stops there."""


class Forms(HTMLParser):
    """The fields of the form on a page that has the most of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = [{}]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and given.get("name"):
            self.forms[-1][given["name"]] = given.get("value") or ""

    @property
    def fields(self) -> dict[str, str]:
        return max(self.forms, key=len)


class Browser(requests.Session):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def go(self, path: str, **options: Any) -> requests.Response:
        return self.get(urljoin(self.address, path), timeout=30, allow_redirects=False, **options)

    def fill(self, page: requests.Response, **typed: str | None) -> requests.Response:
        """Send the form of a page with what somebody typed; None leaves a field out."""
        fields = Forms(page.text).fields | typed
        data = {name: value for name, value in fields.items() if value is not None}
        return self.post(page.url, data=data, timeout=30, allow_redirects=False)

    def follow(self, answer: requests.Response) -> requests.Response:
        """Go where an answer leads, as long as it leads anywhere."""
        while answer.is_redirect:
            answer = self.get(urljoin(answer.url, answer.headers["Location"]), timeout=30, allow_redirects=False)
        return answer

    def sign_in(self, path: str, name: str = "alice", password: str = "") -> requests.Response:
        """Open a page that works by session, signing in on the way."""
        asked = self.go(path)
        assert asked.is_redirect, asked.text
        form = self.go(asked.headers["Location"])
        done = self.fill(form, username=name, password=password or f"{name}-demo-pass")
        assert done.is_redirect, done.text
        return self.go(done.headers["Location"])


def answered(response: requests.Response, callback: str = CALLBACK) -> dict[str, str]:
    """What the site told the application by way of the browser."""
    assert response.is_redirect, (response.status_code, response.text)
    location = urlsplit(response.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == callback
    return dict(parse_qsl(location.query))
