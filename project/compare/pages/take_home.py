"""Settings and a checklist for a project of one's own: what a library gives by settings alone, and what then stays open.

The blocks are files in `docs/take-home/`, and a test puts each into a fresh project. What stays open is taken from the run.
"""

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from project.compare.pages import runs
from project.compare.pages.comparison import address
from project.compare.pages.frame import Refused, page
from project.compare.report.html import said
from project.compare.report.order import Contrast, contrasts
from project.compare.results import Comparison, Verdict
from project.compare.servers import ROOT
from schemes import SCHEMES, STOCK
from schemes.story import card

FOLDER = ROOT / "docs" / "take-home"
PACKAGES = {
    "session": ("django", "djangorestframework"),
    "token": ("django", "djangorestframework"),
    "jwt": ("django", "djangorestframework", "djangorestframework-simplejwt"),
    "oauth2": ("django", "djangorestframework", "django-oauth-toolkit"),
}
BEFORE = {"jwt": ["export JWT_SIGNING_KEY=$(openssl rand -hex 32)   # keep it: who has it signs tokens"]}
"""Lines without which the block does not start."""
AFTER = {
    "oauth2": [
        "python manage.py createapplication public authorization-code --name app --client-id app "
        "--redirect-uris http://127.0.0.1/callback"
    ]
}
GIVES = {
    "session": "Django's own form at /accounts/login/ gives a cookie; the browser sends it along, with a CSRF token where "
    "something is changed.",
    "token": "POST /login/ with username and password gives a token; a request carries Authorization: Token ….",
    "jwt": "POST /login/ with username and password gives access and refresh; a request carries Authorization: Bearer …; "
    "/refresh/ renews, /logout/ ends the refresh token.",
    "oauth2": "An application sends its person to /oauth2/authorize/ with a PKCE challenge, and changes the code at "
    "/oauth2/token/; a request carries Authorization: Bearer …. The password grant is refused.",
}
CLOSES = {
    "jwt": {
        "time-password": "CHECK_REVOKE_TOKEN",
        "P31": "AUDIENCE and ISSUER",
        "P33": "SIGNING_KEY",
    },
    "oauth2": {
        "P24": "REFRESH_TOKEN_REUSE_PROTECTION",
        "P37": "COMPLIANT_BCP_RFC9700_PKCE_METHOD",
        "P42": "the urls by name",
        "P49": "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE",
        "server-dump": "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE",
    },
}
"""Rows that the block answers as the scheme used well does, and by what. The test tries each."""


@dataclass
class Item:
    """Something that is still to do: its cure in this project, and the rows that it would change."""

    cure: str
    source: str
    rows: list[dict[str, Any]] = field(default_factory=list)


@page
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "compare/take_home_index.html", {"schemes": [_name(scheme) for scheme in SCHEMES]})


@page
def block(request: HttpRequest, scheme: str) -> HttpResponse:
    """One scheme: commands, settings, urls, what they close and what they do not."""
    if scheme not in SCHEMES:
        raise Refused(404, f"There is nothing of {scheme} to take home. There is of: {', '.join(SCHEMES)}.")
    run = runs.asked(request)
    todo, closed = checklist(run.comparison, scheme, run) if run.comparison else ([], [])
    context = {
        "taken": _name(scheme),
        "schemes": [_name(one) for one in SCHEMES],
        "gives": GIVES[scheme],
        "install": "pip install " + " ".join(f"{name}=={version(name)}" for name in PACKAGES[scheme]),
        "commands": commands(scheme),
        "settings": kept(scheme, "settings.py"),
        "urls": kept(scheme, "urls.py"),
        "todo": todo,
        "closed": closed,
        "run_shown": run,
        "stock": STOCK[scheme],
    }
    return render(request, "compare/take_home.html", context)


def kept(scheme: str, name: str) -> str:
    """A block. Raises Refused where a site was deployed without `docs/`."""
    try:
        return (FOLDER / scheme / name).read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(404, f"This site came without docs/take-home/{scheme}/{name}.") from error


def commands(scheme: str) -> list[str]:
    """From the blocks to a site that runs."""
    lines = [*BEFORE.get(scheme, []), "python manage.py migrate", "python manage.py createsuperuser", *AFTER.get(scheme, [])]
    return [*lines, "python manage.py runserver"]


def checklist(comparison: Comparison, scheme: str, run: runs.Run) -> tuple[list[Item], list[dict[str, Any]]]:
    """What stays open, by what cures it; and what the block closes, each with its row."""
    items: dict[str, Item] = {}
    closed = []
    for contrast in contrasts(comparison):
        if contrast.scheme != scheme or not _weak(contrast):
            continue
        row = {"row": contrast.row, "link": f"{address(contrast.row, run)}#{STOCK[scheme]}", "said": said(contrast.stock)}
        if by := CLOSES.get(scheme, {}).get(contrast.row.id):
            closed.append(row | {"by": by})
        elif contrast.cure:
            items.setdefault(contrast.cure.cure, Item(contrast.cure.cure, contrast.cure.source)).rows.append(row)
    return list(items.values()), closed


def _weak(contrast: Contrast) -> bool:
    """Whether the library as it ships falls short here, rather than only costs more or less."""
    if contrast.stock.verdict:
        return contrast.stock.verdict in (Verdict.WORKS, Verdict.PARTLY)
    if contrast.row.id == "server-dump":
        return True
    if contrast.row.unit != "s" or contrast.row.group != "time":
        return False
    later = isinstance(contrast.stock.value, int | float) and isinstance(contrast.hardened.value, int | float)
    return contrast.stock.text in ("never", "no verb") or (later and contrast.stock.value > contrast.hardened.value)  # type: ignore[operator]


def _name(scheme: str) -> dict[str, str]:
    return {"name": scheme, "title": card(scheme).title, "link": reverse("compare:take-home-scheme", args=[scheme])}
