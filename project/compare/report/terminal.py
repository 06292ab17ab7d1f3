"""The comparison in a terminal of any width, piped or coloured: what does not fit side by side stands below, never cut off."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

from rich import box
from rich.columns import Columns
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.constrain import Constrain
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from project.compare.report.order import (
    LEGEND,
    STOCK,
    Contrast,
    answer,
    caution,
    columns,
    contrasts,
    groups,
    marked,
    pairs,
    question,
)
from project.compare.results import Comparison, Profile, Row, Verdict

QUESTION, ANSWER, GAP = 30, 15, 3  # columns of text: room for this much a profile, or the profiles go below each other
NARROW = 10
TALL = 4  # lines of a narrow answer; beyond them a list reads better
LABELS = ("used well", "-stock")
STYLES = {
    Verdict.REFUSED: "green",
    Verdict.PARTLY: "yellow",
    Verdict.WORKS: "bold red",
    Verdict.NOT_APPLICABLE: "dim",
}


@dataclass(frozen=True)
class Tables:
    """What failed, the legend, then group by group: all profiles side by side, or each scheme's two above each other."""

    comparison: Comparison
    explained: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        comparison, width = self.comparison, options.max_width
        yield from failures(comparison)
        yield Text(STOCK, "dim")
        yield legend()
        fits = QUESTION + len(comparison.profiles) * (ANSWER + GAP) <= width
        for key, title, rows in groups(comparison):
            yield Text()
            yield heading(title)
            if caution(comparison, key):
                yield Text(caution(comparison, key), "dim")
            yield from side_by_side(comparison, rows, width) if fits else above_each_other(comparison, rows, width)
        yield Text()
        yield _origin(comparison)
        if self.explained:
            yield Text()
            yield Explanation(comparison)


@dataclass(frozen=True)
class Explanation:
    """Where a scheme and its stock twin answer differently: both answers, why, and what turns one into the other."""

    comparison: Comparison

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield heading("Where used well and as it ships part")
        yield Text("Timings are left out: they differ in every run.", "dim")
        for contrast in contrasts(self.comparison):
            yield Text()
            yield Text.assemble((contrast.row.id, "cyan"), " ", (contrast.row.title, "bold"), f" · {contrast.scheme}")
            yield Constrain(Padding(_contrast(self.comparison, contrast), (0, 0, 0, 2), expand=False), 100)


def table(comparison: Comparison, *, explain: bool = False) -> RenderableType:
    """What `console.print` shows: it takes the width of the console that it meets."""
    return Tables(comparison, explain)


def show(console: Console, comparison: Comparison, *, explain: bool = False) -> None:
    """Print the tables. A character that the terminal can't spell becomes a question mark; words stand beside all marks."""
    _spell(console)
    console.print(table(comparison, explain=explain))


def explain(console: Console, comparison: Comparison) -> None:
    """Print the explanation alone."""
    _spell(console)
    console.print(Explanation(comparison))


def _spell(console: Console) -> None:
    if reconfigure := getattr(console.file, "reconfigure", None):
        reconfigure(errors="replace")


def legend() -> Columns:
    return Columns([Text.assemble((word, "bold"), ": ", meaning) for word, meaning in LEGEND.items()], padding=(0, 3))


def heading(title: str) -> Rule:
    return Rule(Text(title, "bold"), align="left", style="dim")


def failures(comparison: Comparison) -> Iterable[RenderableType]:
    for profile in comparison.profiles:
        if profile.failed:
            message = Text(f"✘ {profile.name} could not be compared: {profile.failed}", "bold")
            yield Panel(message, box=box.HEAVY, border_style="bold red", title="FAILED", title_align="left")


def side_by_side(comparison: Comparison, rows: list[Row], width: int) -> Iterable[RenderableType]:
    """Every profile a column, the stock one beside its twin."""
    profiles = columns(comparison)
    least, most = (width - QUESTION) // len(profiles), (width - 2 * QUESTION) // len(profiles)
    answered = max(min(least, ANSWER + GAP), min(most, 2 * ANSWER)) - GAP
    asked = min(width - len(profiles) * (answered + GAP), 2 * QUESTION)
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="")
    made.add_column("", width=asked)
    for profile in profiles:
        made.add_column(_name(profile, answered), width=answered, overflow="fold")
    for row in rows:
        made.add_row(_question(row, asked), *(_answer(comparison, row, profile, answered) for profile in profiles))
    yield made


def above_each_other(comparison: Comparison, rows: list[Row], width: int) -> Iterable[RenderableType]:
    """Every scheme a column, the stock profile below its twin; as many columns as fit, then the questions again."""
    told = pairs(comparison)
    label = len(max(LABELS, key=len)) + 3
    many = max(min((width - label) // (NARROW + 1), len(told)), 1)
    answered = max((width - label) // many - 1, 1)
    for schemes in (told[start : start + many] for start in range(0, len(told), many)):
        yield Text()
        yield _lines([["", *(_name(pair[0], answered) for pair in schemes)]], label, answered)
        for row in rows:
            yield _question(row, width)
            cells = [comparison.cell(row.id, profile.name) for pair in schemes for profile in pair]
            if any(cell and len(cell.text) > TALL * answered for cell in cells):
                yield _list(comparison, row, [profile for pair in schemes for profile in pair])
            else:
                yield _lines(_twins(comparison, row, schemes, answered), label, answered)


def _twins(comparison: Comparison, row: Row, schemes: list[list[Profile]], width: int) -> Iterable[list[Text | str]]:
    for stock, label in enumerate(LABELS):
        twins = [next((profile for profile in pair if profile.stock == bool(stock)), None) for pair in schemes]
        if any(twins):
            answers = [_answer(comparison, row, profile, width) if profile else "" for profile in twins]
            yield [Text(f"  {label if any(profile.stock for pair in schemes for profile in pair) else ''}", "dim"), *answers]


def _lines(lines: Iterable[list[Text | str]], label: int, width: int) -> Table:
    made = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
    made.add_column(width=label - 1)
    for line in lines:
        while len(made.columns) < len(line):
            made.add_column(width=width, overflow="fold")
        made.add_row(*line)
    return made


def _list(comparison: Comparison, row: Row, profiles: list[Profile]) -> Padding:
    """For answers of many words."""
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for profile in profiles:
        made.add_row(_name(profile), _answer(comparison, row, profile))
    return Padding(made, (0, 0, 0, 2), expand=False)


def _name(profile: Profile, width: int = 100) -> Text:
    """In two lines where it does not fit in one."""
    name = profile.name if len(profile.name) <= width else profile.name.replace("-", "-\n")
    return Text(name, "italic" if profile.stock else "bold")


def _question(row: Row, width: int) -> Text:
    """The id, then the question, indented from its second line on: where one row ends shows without lines between them."""
    lines = wrap(f"{row.id} {question(row)}", width, subsequent_indent="  " if width > 10 else "")
    text = Text("\n".join(lines))
    text.stylize("cyan", 0, min(len(row.id), len(lines[0])))
    return text


def _answer(comparison: Comparison, row: Row, profile: Profile, width: int = 100) -> Text:
    cell = comparison.cell(row.id, profile.name)
    if cell is None or cell.value is None:
        return Text(answer(comparison, row, profile), "bold red" if profile.failed else "dim")
    text = answer(comparison, row, profile)
    if len(cell.spread) + 2 > width:
        text = text.replace(f"({cell.spread})", f"({cell.spread.replace('-', '- ')})")
    return Text(text, STYLES[cell.verdict] if cell.verdict else "")


def _contrast(comparison: Comparison, contrast: Contrast) -> Table:
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for cell in (contrast.hardened, contrast.stock):
        outcome = Text(marked(cell), STYLES[cell.verdict] if cell.verdict else "bold")
        made.add_row(Text(cell.profile, "bold"), Text.assemble(outcome, ": ", cell.reason) if cell.reason else outcome)
    if contrast.cure:
        made.add_row("cure", Text(contrast.cure.cure))
        made.add_row("source", Text(contrast.cure.source))
    else:
        made.add_row("cure", Text("none is recorded for this difference", "italic"))
    return made


def _origin(comparison: Comparison) -> Text:
    machine = ", ".join(f"{name} {value}" for name, value in comparison.machine.items())
    return Text(f"Measured {comparison.made} in {comparison.seconds:.0f} s at commit {comparison.commit}. {machine}", "dim")
