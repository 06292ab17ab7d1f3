"""The table with its filters, a page for each question, and the run as JSON."""

from dataclasses import replace
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from project.compare.pages import runs
from project.compare.pages.frame import Refused, one_of, page
from project.compare.report import html
from project.compare.report.charts import drawn
from project.compare.report.order import columns, contrasts, differs, groups
from project.compare.results import GROUPS, Comparison, Row
from project.compare.servers import ROOT
from schemes import SCHEMES, STOCK

PICTURED = {
    "wire-first-answer", "wire-login-down", "wire-read-bytes",
    "server-queries-login", "server-queries-authenticate", "server-rows-100",
    "time-password", "time-deactivated", "time-expiry",
    "load-read-p50", "load-read-p95", "load-login-rate",
    "code-settings", "code-room",
}  # fmt: skip
"""Rows whose chart stands beside the table; every row with figures has its own on its page."""
DIFFERING = "differing"


@page
def index(request: HttpRequest) -> HttpResponse:
    """The table. `profiles=jwt,session` shows some columns, `only=differing` the rows in which they differ."""
    run = runs.asked(request)
    if run.comparison is None:
        return missing(request, run)
    names = [name for words in request.GET.getlist("profiles") for name in words.split(",") if name]
    known = [profile.name for profile in run.comparison.profiles]
    only = one_of(request, "only", (DIFFERING,))
    if unknown := [name for name in names if name not in known]:
        raise Refused(404, f"profiles={unknown[0]} names nothing here. Accepted: {', '.join(known)}, separated by commas.")
    shown = narrowed(run.comparison, names or known, differing=bool(only))
    context = html.table(shown, lambda row: address(row, run), PICTURED) | {
        "run_shown": run,
        "here": runs.has(runs.HERE),
        "choices": choices(run.comparison, ",".join(names)),
        "only": only,
        "rows": len(shown.rows),
        "all_rows": len(run.comparison.rows),
        "columns": columns(shown),
    }
    return render(request, "compare/index.html", context)


@page
def row(request: HttpRequest, row: str) -> HttpResponse:
    """One question: every answer with its reason and what was seen, what cures it, and how to ask it again."""
    run = runs.asked(request)
    if run.comparison is None:
        return missing(request, run, status=404)
    order = [asked for *_, rows in groups(run.comparison) for asked in rows]
    place = next((place for place, asked in enumerate(order) if asked.id == row), None)
    if place is None:
        raise Refused(404, f"There is no page and no question named {row}.")
    asked = order[place]
    told = html.row_shown(run.comparison, asked, "")
    found = [html.contrast_shown(one, "") for one in contrasts(replace(run.comparison, rows=[asked]))]
    before, after = order[place - 1] if place else None, next(iter(order[place + 1 :]), None)
    context = {
        "row": told,
        "run_shown": run,
        "comparison": run.comparison,
        "group": GROUPS[asked.group],
        "chart": html.picture(run.comparison, asked) if drawn(run.comparison, asked) else "",
        "cured": [one for one in found if one["cure"]],
        "caution": run.comparison.method.get("noise", "") if asked.timing else "",
        "file": source(asked),
        "twins": next((f"{one['scheme']},{STOCK[one['scheme']]}" for one in found), ""),
        "steps": [(word, one, address(one, run)) for word, one in (("Before", before), ("Next", after)) if one],
    }
    return render(request, "compare/row.html", context)


@page
def data(request: HttpRequest) -> HttpResponse:
    """The run as it lies in its file."""
    run = runs.asked(request)
    if run.comparison is None:
        return missing(request, run, status=404)
    name = f"comparison{'-' if run.name else ''}{run.name}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(run.text, content_type="application/json", headers=headers)


def missing(request: HttpRequest, run: runs.Run, status: int = 200) -> HttpResponse:
    """Where there is no such run, the page says what makes one."""
    return render(request, "compare/empty.html", {"run_shown": run}, status=status)


def address(row: Row, run: runs.Run) -> str:
    return reverse("compare:row", args=[row.id]) + run.query


def narrowed(comparison: Comparison, names: list[str], *, differing: bool) -> Comparison:
    """The same run with some of its profiles, and with the rows alone in which these differ."""
    shown = replace(
        comparison,
        profiles=[profile for profile in comparison.profiles if profile.name in names],
        cells=[cell for cell in comparison.cells if cell.profile in names],
    )
    return replace(shown, rows=[row for row in shown.rows if differs(shown, row)]) if differing else shown


def choices(comparison: Comparison, chosen: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """What the form offers: groups of (value, words, chosen). What the address alone asks for is offered too."""
    names = [profile.name for profile in comparison.profiles]
    titles = {profile.name: profile.title for profile in comparison.profiles}
    schemes = [name for name in SCHEMES if name in names]
    stock = [STOCK[name] for name in SCHEMES if STOCK[name] in names]
    offered: list[tuple[str, list[tuple[str, str]]]] = [
        (
            "",
            [
                ("", f"all {len(names)} profiles"),
                (",".join(schemes), "the schemes used well"),
                (",".join(stock), "as they ship"),
            ],
        ),
        (
            "One scheme",
            [(f"{name},{STOCK[name]}", f"{titles[name]}: used well, as it ships") for name in schemes if STOCK[name] in names],
        ),
        (
            "Two schemes",
            [(f"{a},{b}", f"{titles[a]} and {titles[b]}") for at, a in enumerate(schemes) for b in schemes[at + 1 :]],
        ),
    ]
    values = {value for _, options in offered for value, _ in options}
    if chosen not in values:
        offered[0][1].append((chosen, chosen.replace(",", ", ")))
    return [(label, [(value, words, value == chosen) for value, words in options]) for label, options in offered if options]


def source(row: Row) -> str:
    """The file in this project that asks the question."""
    folder = Path("project") / "compare"
    if row.group != "attack":
        return str(folder / "measures" / f"{row.group}.py")
    found = next((ROOT / folder / "probes").glob(f"{row.id.lower()}_*.py"), None)
    return str(found.relative_to(ROOT)) if found else ""
