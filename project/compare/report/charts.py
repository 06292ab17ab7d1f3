"""Pictures of rows with numbers, as inline SVG: bars, a stopwatch for seconds; and the table itself, for the README."""

import io
import re
from dataclasses import dataclass, replace
from math import isfinite, log10

from django.template.loader import render_to_string
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from project.compare.report.order import answer, groups, pairs, question, spread
from project.compare.report.terminal import failures, heading, legend, side_by_side
from project.compare.results import Cell, Comparison, Profile, Row

COUNTED = ("requests", "bytes", "queries", "rows", "lines", "ms", "×")
WIDTH, NAMES, ROOM = 360, 96, 80  # of a chart, of the names on its left, of the values on its right
BAR, APART, TOP, SCALE = 16, 9, 4, 20  # heights: a bar, the space between schemes, above the first bar, of the scale below
STOPS = {60: "1 min", 3600: "1 h", 86400: "1 day", 30 * 86400: "30 days", 365 * 86400: "1 year", 3650 * 86400: "10 years"}
NEVER = "never"

DWARFING = 5
PICTURED = ("attack", "time")
PICTURE_WIDTH = 138  # the narrowest that keeps an answer in a line: it is shown smaller than a terminal


@dataclass(frozen=True)
class Bar:
    """A profile's answer in a chart. Lengths are in the chart's own units; no length is no bar."""

    profile: Profile
    text: str
    """What the table says, in full."""
    label: str
    """What stands beside the bar."""
    y: float
    length: float | None = None
    spread: tuple[float, float] | None = None
    endless: bool = False

    @property
    def top(self) -> float:
        return self.y + 2

    @property
    def baseline(self) -> float:
        return self.y + BAR - 4

    @property
    def seen(self) -> float:
        """Zero is a line, not nothing."""
        return max(self.length or 0, 1)

    @property
    def whiskers(self) -> str:
        """The path of the spread: a line with its two ends."""
        low, high = (round(NAMES + x, 1) for x in self.spread or (0, 0))
        middle = self.y + BAR / 2
        return f"M{low} {middle}H{high}M{low} {middle - 3}v6M{high} {middle - 3}v6"

    @property
    def breaks(self) -> str:
        """The path of two cuts through a bar that goes on beyond the edge."""
        x = NAMES + (self.length or 0) - 14
        return "".join(f"M{x + cut} {self.y + BAR}l5 -{BAR}" for cut in (0, 6))

    @property
    def end(self) -> float:
        """Where the label begins."""
        return NAMES + max(self.length or 0, self.spread[1] if self.spread else 0) + 5


def drawn(comparison: Comparison, row: Row) -> bool:
    """Whether a chart of the row shows more than its figures do: numbers that differ."""
    return (row.unit in COUNTED or row.unit == "s") and len(set(_amounts(comparison, row))) > 1


def chart(comparison: Comparison, row: Row) -> str:
    """The chart that suits the row: a stopwatch for seconds, else bars."""
    return stopwatch(comparison, row) if row.unit == "s" else bars(comparison, row)


def bars(comparison: Comparison, row: Row) -> str:
    """An `<svg>`: a bar a profile, from zero, the stock one hollow below its twin; whiskers are the lowest and highest round.

    One bar that dwarfs the others runs beyond the edge, as its figure says, so that theirs can be told apart.
    """
    room = WIDTH - NAMES - ROOM
    scale = room / _longest(comparison, row)
    placed = []
    for profile, y in _places(comparison):
        bar = _bar(comparison, row, profile, y)
        cell = comparison.cell(row.id, profile.name)
        amount = _amount(row, cell) if cell else None
        if cell and amount is not None:
            whiskers = [(low * scale, high * scale) for low, high in spread(cell)]
            if amount * scale > room:
                bar = replace(bar, length=room, endless=True)
            else:
                bar = replace(bar, length=amount * scale, spread=whiskers[0] if whiskers else None)
        placed.append(bar)
    ticks = [(NAMES + scale, "1×")] if row.unit == "×" and scale <= room else []
    return _svg(row, placed, ticks)


def stopwatch(comparison: Comparison, row: Row) -> str:
    """An `<svg>`: seconds on a scale that grows tenfold, the same for every row of the run; `never` runs to the edge."""
    rows = [asked for asked in comparison.rows if asked.unit == "s"]
    longest = max((amount for asked in rows for amount in _amounts(comparison, asked) if isfinite(amount)), default=0)
    stops = [stop for stop in STOPS if stop < longest]
    stops += [stop for stop in STOPS if stop >= longest][:1]
    edge = WIDTH - NAMES - ROOM
    reach = 0.92 * edge / log10(1 + max(longest, stops[-1]))
    placed = []
    for profile, y in _places(comparison):
        bar = _bar(comparison, row, profile, y)
        cell = comparison.cell(row.id, profile.name)
        amount = _amount(row, cell) if cell else None
        if amount is not None:
            endless = not isfinite(amount)
            bar = replace(bar, length=edge if endless else log10(1 + amount) * reach, endless=endless)
        placed.append(bar)
    return _svg(row, placed, [(NAMES + log10(1 + stop) * reach, STOPS[stop]) for stop in stops])


def picture(comparison: Comparison) -> str:
    """The README's picture: what `compare` prints of the attacks and of time, as SVG. It asks no other site for anything."""
    told = replace(comparison, rows=[row for row in comparison.rows if row.group in PICTURED])
    console = Console(record=True, width=PICTURE_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(*failures(told), legend())
    for _, title, rows in groups(told):
        console.print("", heading(title), *side_by_side(told, rows, PICTURE_WIDTH))
    form = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    form = re.sub(r"<!--.*?-->", "", form, flags=re.DOTALL)
    return console.export_svg(title="manage.py compare", code_format=form, unique_id="compare")


def _svg(row: Row, bars: list[Bar], ticks: list[tuple[float, str]]) -> str:
    bottom = bars[-1].y + BAR if bars else TOP
    context = {
        "row": row,
        "title": question(row),
        "bars": bars,
        "ticks": ticks,
        "width": WIDTH,
        "height": bottom + (SCALE if ticks else TOP),
        "bottom": bottom + 2,
        "left": NAMES,
        "thick": BAR,
    }
    return render_to_string("compare/chart.svg", context).strip()


def _places(comparison: Comparison) -> list[tuple[Profile, float]]:
    """Each profile and where its bar is: twins touch, schemes stand apart."""
    places, y = [], float(TOP)
    for pair in pairs(comparison):
        for profile in pair:
            places.append((profile, y))
            y += BAR
        y += APART
    return places


def _bar(comparison: Comparison, row: Row, profile: Profile, y: float) -> Bar:
    cell = comparison.cell(row.id, profile.name)
    text = answer(comparison, row, profile)
    return Bar(profile, text, cell.text if cell else text, y)


def _amount(row: Row, cell: Cell) -> float | None:
    """The number to draw: infinity for `never`, None for anything that is no amount."""
    if row.unit == "s" and NEVER in (cell.value, cell.text):
        return float("inf")
    return float(cell.value) if isinstance(cell.value, int | float) else None


def _amounts(comparison: Comparison, row: Row) -> list[float]:
    amounts = (_amount(row, cell) for cell in comparison.cells if cell.row == row.id)
    return [amount for amount in amounts if amount is not None]


def _longest(comparison: Comparison, row: Row) -> float:
    """What the full width stands for: the largest number or end of a spread, unless it dwarfs the next."""
    ends = {cell.profile: [high for _, high in spread(cell)] for cell in comparison.cells if cell.row == row.id}
    amounts = {cell.profile: _amount(row, cell) or 0 for cell in comparison.cells if cell.row == row.id}
    far = sorted(max([amount, *ends[profile]]) for profile, amount in amounts.items())
    dwarfed = len(far) > 1 and far[-1] > DWARFING * far[-2] > 0
    return (far[-2] * 1.2 if dwarfed else far[-1]) or 1
