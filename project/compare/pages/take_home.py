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
        "time-password": "`CHECK_REVOKE_TOKEN`",
        "P21": "the urls: there is no view that verifies",
        "P31": "`AUDIENCE` and `ISSUER`",
        "P33": "`SIGNING_KEY`",
    },
    "oauth2": {
        "time-lifetime": "`ACCESS_TOKEN_EXPIRE_SECONDS`",
        "time-expiry": "`REFRESH_TOKEN_EXPIRE_SECONDS`",
        "P24": "`REFRESH_TOKEN_REUSE_PROTECTION`",
        "P37": "`COMPLIANT_BCP_RFC9700_PKCE_METHOD`",
        "P39": "`TokenHasReadWriteScope`",
        "P40": "the urls by name: there is no introspection",
        "P42": "the urls by name",
        "P49": "`COMPLIANT_BCP_RFC9700_TOKEN_STORAGE`",
        "server-dump": "`COMPLIANT_BCP_RFC9700_TOKEN_STORAGE`",
    },
}
"""Rows that the block answers as the scheme used well does, and by what. The test tries each."""
LOGGED_OUT = "`/logout/` ends the refresh token; a copied access token opens the API until its five minutes are over."
IDLE = "A refresh token that nobody uses for a day is refused; who renews every day goes on for ever."
PARTLY = {
    "jwt": {
        "time-logout": LOGGED_OUT,
        "P18": LOGGED_OUT,
        "P20": "The old access token is refused; `/refresh/` still answers 200, with an access token that opens nothing.",
        "P22": "The access token is refused, and nobody can ask whether it counts; `/refresh/` breaks with a 500.",
        "P24": "A used refresh token is refused; what its first use gave lives on, and can be renewed.",
        "P25": "One after another, the second is refused; of two at the same moment both get tokens.",
    },
    "oauth2": {
        "time-absolute": IDLE,
        "time-password": "A copy that nobody renews ends after a day, as any does; until then it opens the API and is renewed.",
        "time-deactivated": "The same: a copy that nobody renews ends after a day; until then it opens the API and is renewed.",
        "P04": "A token in the address is refused; one in a form field counts.",
        "P21": "Nobody can ask whether a token counts, for there is no introspection; it still opens the API and is renewed.",
        "P25": "Of two at the same moment one gets tokens; the other breaks with a 500.",
        "P26": IDLE,
    },
}
"""Rows that the block closes in part, and what is left. The test tries both halves."""
COSTS = {
    "jwt": {"P26": "`ROTATE_REFRESH_TOKENS` begins the day anew with each renewal: who renews every day goes on for ever."}
}
"""Rows that the block answers worse than the library as it ships. The test sees it."""
FOLLOWS = ("time-restart", "time-keys")
"""Rows that ask again when a copy ends by itself, after something that ends none: `time-expiry` says it once."""


@dataclass
class Item:
    """Something still to do: its cure in this project, what the block leaves of it, and the rows that it would change."""

    cure: str
    left: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Checklist:
    """What the block closes, closes in part, makes worse, and leaves as the library ships it: rows with their links."""

    closed: list[dict[str, Any]] = field(default_factory=list)
    partly: list[Item] = field(default_factory=list)
    costs: list[dict[str, Any]] = field(default_factory=list)
    todo: list[Item] = field(default_factory=list)


@page
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "compare/take_home_index.html", {"schemes": [_name(scheme) for scheme in SCHEMES]})


@page
def block(request: HttpRequest, scheme: str) -> HttpResponse:
    """One scheme: commands, settings, urls, what they close and what they do not."""
    if scheme not in SCHEMES:
        raise Refused(404, f"There is nothing of {scheme} to take home. There is of: {', '.join(SCHEMES)}.")
    run = runs.asked(request)
    context = {
        "taken": _name(scheme),
        "schemes": [_name(one) for one in SCHEMES],
        "gives": GIVES[scheme],
        "install": "pip install " + " ".join(f"{name}=={version(name)}" for name in PACKAGES[scheme]),
        "commands": commands(scheme),
        "settings": kept(scheme, "settings.py"),
        "urls": kept(scheme, "urls.py"),
        "told": checklist(run.comparison, scheme, run) if run.comparison else Checklist(),
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


def checklist(comparison: Comparison, scheme: str, run: runs.Run) -> Checklist:
    told = Checklist()
    items: dict[tuple[str, str], Item] = {}
    for contrast in contrasts(comparison):
        if contrast.scheme != scheme or contrast.row.id in FOLLOWS or not _weak(contrast):
            continue
        row = {"row": contrast.row, "link": f"{address(contrast.row, run)}#{STOCK[scheme]}", "said": said(contrast.stock)}
        if by := CLOSES.get(scheme, {}).get(contrast.row.id):
            told.closed.append(row | {"by": by})
        elif contrast.cure:
            what = (contrast.cure.cure, PARTLY.get(scheme, {}).get(contrast.row.id, ""))
            items.setdefault(what, Item(*what)).rows.append(row)
    told.partly = [item for item in items.values() if item.left]
    told.todo = [item for item in items.values() if not item.left]
    for asked in comparison.rows:
        cost, cell = COSTS.get(scheme, {}).get(asked.id), comparison.cell(asked.id, STOCK[scheme])
        if cost and cell:
            told.costs.append(
                {"row": asked, "link": f"{address(asked, run)}#{STOCK[scheme]}", "said": said(cell), "cost": cost}
            )
    return told


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
