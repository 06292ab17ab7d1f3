"""The faces of a run of the bench: a terminal's table, Markdown, JSON."""

import re
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from project.compare.bench.groups import GROUPS
from project.compare.bench.results import Figure, Measure, Run
from project.compare.report.markdown import fact_table, plain, table

QUOTED = re.compile(r"(<!-- bench: (\w+) -->)\n.*?(<!-- end -->)", re.DOTALL)
SIDE_BY_SIDE = 72
"""Columns of text below which what stands side by side goes below each other."""


def text(figure: Figure | None, measure: Measure) -> str:
    """A value with its unit, and from where to where it went in single rounds."""
    if figure is None:
        return "–"
    value = f"{figure.value:,.{measure.digits}f}"
    unit = measure.unit if measure.unit in ("×", "%") else f" {measure.unit}".rstrip()
    spread = "" if figure.low is None else f" ({figure.low:.{measure.digits}f}-{figure.high:.{measure.digits}f})"
    return f"{value}{unit}{spread}"


def lines(run: Run, group: str) -> Iterator[list[str]]:
    """A site a line: its name, then its figures."""
    for site in run.sites(group):
        yield [site, *(text(run.find(group, site, name), measure) for name, measure in measures(run, group).items())]


def measures(run: Run, group: str) -> dict[str, Measure]:
    """Those that somebody has a figure of: without valgrind there are no instructions."""
    found = {figure.measure for figure in run.figures if figure.group == group}
    return {name: measure for name, measure in GROUPS[group].measures.items() if name in found}


def show(console: Console, run: Run) -> None:
    for name in asked(run):
        head = ["", *(measure.title for measure in measures(run, name).values())]
        console.print(Text(GROUPS[name].title, "bold"))
        console.print(Text(GROUPS[name].what, "dim"))
        if console.width >= SIDE_BY_SIDE:
            shown = Table(*head, box=None, pad_edge=False, header_style="dim")
            for column in shown.columns:
                column.overflow = "fold"
            for line in lines(run, name):
                shown.add_row(*line)
            console.print(shown)
        else:
            for site, *values in lines(run, name):
                console.print(Text(site, "bold"))
                for title, value in zip(head[1:], values, strict=True):
                    console.print(Text(f"  {title}: {value}"))
        console.print()
    for note in run.notes:
        console.print(Text(note, "yellow"))


def asked(run: Run) -> list[str]:
    return [name for name in GROUPS if run.sites(name)]


def markdown(run: Run) -> str:
    return "\n".join(_markdown(run)) + "\n"


def _markdown(run: Run) -> Iterator[str]:
    yield from ["# What a request costs", ""]
    yield "Made by `manage.py bench`, not by hand. The unit: 1.00× is one read of the floor, a stock project that lets"
    yield "everybody in (`tests/peers`), measured in the same run. Lower is cheaper. In brackets: lowest and highest round."
    yield "Our profiles go by the names of their schemes; the others are each library as its documentation sets it up."
    for name in asked(run):
        yield from ["", f"## {GROUPS[name].title}", "", plain(GROUPS[name].what), ""]
        yield from grid(run, name)
    yield from ["", "## The run", "", f"Measured {run.made} in {run.seconds:.0f} s at commit `{run.commit}`.", ""]
    yield from (f"- {plain(note)}" for note in run.notes)
    for title, found in (("machine", run.machine), ("version", run.versions)):
        yield from ["", *fact_table(title, found)]


def grid(run: Run, group: str) -> list[str]:
    """The figures of a group as a table of Markdown; `docs/scaling.md` has some of them word for word."""
    return list(table(["site", *(measure.title for measure in measures(run, group).values())], list(lines(run, group))))


def quote(document: str, run: Run) -> str:
    """A Markdown document whose quoted tables, between `<!-- bench: GROUP -->` and `<!-- end -->`, are those of `run`."""
    return QUOTED.sub(lambda found: "\n".join([found[1], *grid(run, found[2]), found[3]]), document)
