"""The inspector of a live site, as its page asks it."""

from typing import Any

import requests

from project.compare.servers import Site
from project.walkthrough import answers
from schemes.story import exchanges

Recorded = list[tuple[str, str, str, int, str]]


class Inspector:
    """Knows how to POST: with the CSRF token of the page."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.session = requests.Session()
        self.session.get(f"{site.address}/inspect/")
        self.last = max([row["id"] for row in self.rows(0)], default=0)

    def rows(self, after: int | None = None) -> list[dict[str, Any]]:
        """What is new since this inspector was made, oldest first."""
        after = self.last if after is None else after
        return self.session.get(f"{self.site.address}/inspect/rows/", params={"after": after}).json()["rows"]

    def record(self) -> Recorded:
        """(step, method, path, status, challenge) of every new row: equal for all clients that walk the story."""
        return [recorded(row) for row in self.rows()]

    def post(self, what: str, /, **fields: Any) -> requests.Response:
        token = next((value for name, value in self.session.cookies.items() if name.endswith("csrftoken")), "")
        return self.session.post(f"{self.site.address}/inspect/{what}/", json=fields, headers={"X-CSRFToken": token})


def recorded(row: dict[str, Any]) -> tuple[str, str, str, int, str]:
    one = row["exchange"]
    challenge = next((value for name, value in one["answer_headers"] if name == "WWW-Authenticate"), "")
    return row["step"], one["method"], one["path"], one["status"], challenge


def promised(profile: str) -> Recorded:
    """What every client must leave that walks the story, by the answers on record."""
    known = answers.read()
    return [(one.id, one.step.method, one.step.path, one.step.status, known[one.id].challenge) for one in exchanges(profile)]
