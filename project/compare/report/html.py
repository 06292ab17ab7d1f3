"""The comparison as one HTML file that loads nothing: charts, tables, and behind each answer its reason and evidence."""

from collections.abc import Callable, Collection
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from project.compare.report.charts import chart, drawn
from project.compare.report.order import (
    FAILED,
    LEGEND,
    STOCK,
    UNASKED,
    Contrast,
    caution,
    columns,
    contrasts,
    groups,
    mark,
    pairs,
    question,
)
from project.compare.results import Cell, Comparison, Profile, Row, Verdict
from schemes import BASELINE

Link = Callable[[Row], str]
"""Where the words behind a row are."""


def render(comparison: Comparison) -> str:
    """The whole page."""
    return render_to_string("compare/report.html", context(comparison))


def context(comparison: Comparison) -> dict[str, Any]:
    """What the template needs: nothing in it is HTML but the charts, which were escaped by their own template."""
    told = [contrast_shown(contrast, _anchor(contrast.row)) for contrast in contrasts(comparison)]
    return table(comparison, _anchor) | {
        "columns": columns(comparison),
        "cured": [contrast for contrast in told if contrast["cure"]],
        "uncured": [contrast for contrast in told if not contrast["cure"]],
    }


def table(comparison: Comparison, link: Link, pictured: Collection[str] | None = None) -> dict[str, Any]:
    """The groups with their rows and charts, and the words around them. `pictured`: the rows that get a chart; None is all."""
    return {
        "comparison": comparison,
        "pairs": pairs(comparison),
        "baseline": BASELINE,
        "failed": [profile for profile in comparison.profiles if profile.failed],
        "legend": LEGEND.items(),
        "stock": STOCK,
        "groups": [
            {
                "key": key,
                "title": title,
                "caution": caution(comparison, key),
                "charts": [
                    (row, picture(comparison, row), link(row))
                    for row in rows
                    if (pictured is None or row.id in pictured) and drawn(comparison, row)
                ],
                "rows": [row_shown(comparison, row, link(row)) for row in rows],
            }
            for key, title, rows in groups(comparison)
        ],
        "run": [
            ("Method", comparison.method.items()),
            ("Machine", comparison.machine.items()),
            ("Versions", comparison.versions.items()),
        ],
    }


def picture(comparison: Comparison, row: Row) -> str:
    return mark_safe(chart(comparison, row))  # noqa: S308


def row_shown(comparison: Comparison, row: Row, link: str) -> dict[str, Any]:
    answers = [
        _answer(comparison.cell(row.id, profile.name), profile) | {"first": profile is pair[0]}
        for pair in pairs(comparison)
        for profile in pair
    ]
    return {"row": row, "question": question(row), "answers": answers, "link": link}


def contrast_shown(contrast: Contrast, link: str) -> dict[str, Any]:
    return {
        "row": contrast.row,
        "scheme": contrast.scheme,
        "cure": contrast.cure,
        "answers": [said(contrast.hardened), said(contrast.stock) | {"stock": True}],
        "link": link,
    }


def _anchor(row: Row) -> str:
    """In the report that is one file."""
    return f"#{row.id}-why"


def _answer(cell: Cell | None, profile: Profile) -> dict[str, Any]:
    if cell:
        return said(cell) | {"profile": profile, "asked": True}
    if profile.failed:
        return {"profile": profile, "kind": "failed", "text": FAILED}
    return {"profile": profile, "kind": "none", "text": UNASKED, "note": "not asked"}


def said(cell: Cell) -> dict[str, Any]:
    """A mark that is the text already is not set twice; what has no meaning says so to those who hear the table."""
    meaningless = cell.value is None or cell.verdict is Verdict.NOT_APPLICABLE
    return {
        "kind": "none" if meaningless else cell.verdict or "",
        "mark": "" if cell.text.startswith(mark(cell)) else mark(cell),
        "text": cell.text,
        "note": Verdict.NOT_APPLICABLE if meaningless else "",
        "reason": cell.reason,
        "evidence": cell.evidence,
        "spread": cell.spread,
    }
