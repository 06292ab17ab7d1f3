"""The order in which every face tells a comparison, the marks they share, and where a scheme's two profiles part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from project.compare.results import GROUPS, Cell, Comparison, Cure, Profile, Row, Verdict

MARKS = {Verdict.REFUSED: "✔", Verdict.PARTLY: "◐", Verdict.WORKS: "✘", Verdict.NOT_APPLICABLE: "–"}
"""A mark never stands alone: the word is beside it, or in the legend."""

UNASKED, FAILED = "·", "failed"
SPELLED = ("verdict", "status", "words", "s", "ms", "×")
"""Units that a cell's text already says."""

LEGEND = {
    "✔ refused": "the attack came to nothing",
    "◐ partly": "some of it worked, or something broke: the reasons say what",
    "✘ works": "the attack works",
    "–": "has no meaning here",
    "no verb": "there is no request that does it",
    UNASKED: "not asked",
    "1.31× (1.28-1.35)": "a timing, its lowest and highest round, of this machine alone",
}
STOCK = "A profile named -stock is the library as it ships; its twin without the word is the same scheme used well."


@dataclass(frozen=True)
class Contrast:
    """A question that a scheme used well and its library as it ships answer differently."""

    row: Row
    scheme: str
    hardened: Cell
    stock: Cell
    cure: Cure | None


def pairs(comparison: Comparison) -> list[list[Profile]]:
    """The profiles, scheme by scheme: the one used well, then the library as it ships."""
    schemes = dict.fromkeys(profile.scheme for profile in comparison.profiles)
    return [
        sorted((profile for profile in comparison.profiles if profile.scheme == scheme), key=lambda profile: profile.stock)
        for scheme in schemes
    ]


def columns(comparison: Comparison) -> list[Profile]:
    return [profile for pair in pairs(comparison) for profile in pair]


def groups(comparison: Comparison) -> list[tuple[str, str, list[Row]]]:
    """Key, title and rows of each group in which something was asked."""
    told = [(key, title, [row for row in comparison.rows if row.group == key]) for key, title in GROUPS.items()]
    return [group for group in told if group[2]]


def tidy(comparison: Comparison) -> Comparison:
    """The same comparison with rows and cells in the order of the table, so that a diff shows what changed and nothing else."""
    rows = [row for *_, rows in groups(comparison) for row in rows]
    places = {row.id: place for place, row in enumerate(rows)}
    names = {profile.name: place for place, profile in enumerate(columns(comparison))}
    cells = sorted(comparison.cells, key=lambda cell: (places[cell.row], names[cell.profile]))
    return replace(comparison, rows=rows, cells=cells, profiles=columns(comparison))


def contrasts(comparison: Comparison) -> Iterator[Contrast]:
    """Timings are left out: they differ in every run."""
    cures = {(cure.row, cure.scheme): cure for cure in comparison.cures}
    twins = [pair for pair in pairs(comparison) if len(pair) == 2]
    for row in (row for *_, rows in groups(comparison) for row in rows if not row.timing):
        for pair in twins:
            hardened, stock = (comparison.cell(row.id, profile.name) for profile in pair)
            if hardened and stock and (hardened.value, hardened.text) != (stock.value, stock.text):
                scheme = pair[0].scheme
                yield Contrast(row, scheme, hardened, stock, cures.get((row.id, scheme)))


def differs(comparison: Comparison, row: Row) -> bool:
    """Whether the profiles of a run answer a question differently; timings do where two were apart in all their rounds."""
    cells = [cell for profile in comparison.profiles if (cell := comparison.cell(row.id, profile.name))]
    rounds = [pair for cell in cells for pair in spread(cell)]
    if row.timing and rounds:
        return max(low for low, _ in rounds) > min(high for _, high in rounds)
    return len({(cell.value, cell.text) for cell in cells}) > 1


def spread(cell: Cell) -> list[tuple[float, float]]:
    """`1.28-1.35` as numbers: one pair, or none."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[-–]\s*(\d+(?:\.\d+)?)", cell.spread)
    return [(float(found[1]), float(found[2]))] if found else []


def caution(comparison: Comparison, group: str) -> str:
    """What must be said beside a group's figures: of the load, how much of a difference is noise."""
    return comparison.method.get("noise", "") if group == "load" else ""


def question(row: Row) -> str:
    """The row's title, with what is counted where neither title nor answers say it."""
    said = row.unit in SPELLED or row.unit in row.title.lower()
    return row.title if said else f"{row.title} ({row.unit})"


def mark(cell: Cell) -> str:
    return MARKS[cell.verdict] if cell.verdict else ""


def answer(comparison: Comparison, row: Row, profile: Profile) -> str:
    """A cell in one line: the mark of its verdict, its text, and how far its rounds were apart."""
    cell = comparison.cell(row.id, profile.name)
    if cell is None:
        return FAILED if profile.failed else UNASKED
    return f"{marked(cell)} ({cell.spread})" if cell.spread else marked(cell)


def marked(cell: Cell) -> str:
    """The text behind the mark of its verdict."""
    return cell.text if cell.text.startswith(mark(cell)) else f"{mark(cell)} {cell.text}"
