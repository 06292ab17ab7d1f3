"""The comparison as Markdown, for `docs/comparison.md`: a table a group, narrow enough for GitHub, and the words behind it."""

import re
from collections.abc import Iterator, Mapping

from project.compare.report.order import LEGEND, STOCK, answer, caution, contrasts, groups, marked, pairs, question
from project.compare.results import Comparison, Profile, Row

LABELS = ("used well", "as it ships")


def render(comparison: Comparison) -> str:
    """The whole document. Every group, and every row by its id, is an anchor."""
    return "\n".join(_document(comparison)) + "\n"


def plain(text: str) -> str:
    """`text` as it is read, in one line: nothing in it is Markdown, HTML or the end of a table's cell."""
    pieces = re.split(r"(https?://[^\s<>|`]+)", " ".join(text.split()))
    pieces[::2] = [re.sub(r"([\\`*_\[\]|~#])", r"\\\1", piece) for piece in pieces[::2]]  # between them are addresses
    return "".join(pieces).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    """As `plain`, but what stands in backquotes is code."""
    return "".join(f"`{piece}`" if odd % 2 else plain(piece) for odd, piece in enumerate(re.split(r"`([^`]+)`", text)))


def _document(comparison: Comparison) -> Iterator[str]:
    yield "# The comparison"
    yield ""
    yield "Made by `manage.py compare`, not by hand. One question a row, put to every profile in the same way."
    yield "No winner and no score: which row matters is yours to say."
    yield ""
    for profile in comparison.profiles:
        if profile.failed:
            yield "> [!CAUTION]"
            yield f"> **{plain(profile.name)} failed** and could not be compared: {plain(profile.failed)}"
            yield ""
    yield from (f"- **{plain(word)}**: {plain(meaning)}" for word, meaning in LEGEND.items())
    yield ""
    yield plain(STOCK)
    yield ""
    yield from table(["profile", "is"], [[profile.name, profile.title] for pair in pairs(comparison) for profile in pair])
    yield ""
    told = groups(comparison)
    yield " · ".join(
        [*(f"[{title}](#{key})" for key, title, _ in told), "[What makes the difference](#cures)", "[The run](#run)"]
    )
    for key, title, rows in told:
        yield from _group(comparison, key, title, rows)
    yield from _cures(comparison)
    yield from _run(comparison)


def _group(comparison: Comparison, key: str, title: str, rows: list[Row]) -> Iterator[str]:
    schemes = pairs(comparison)
    yield ""
    yield f'## <a id="{key}"></a>{title}'
    yield ""
    if caution(comparison, key):
        yield from [plain(caution(comparison, key)), ""]
    lines = [line for row in rows for line in _lines(comparison, row, schemes)]
    yield from table(["question", "", *(pair[0].scheme for pair in schemes)], lines, linked=True)
    for row in rows:
        yield ""
        yield f'### <a id="{row.id}"></a>{row.id} · {plain(row.title)}'
        yield ""
        yield plain(row.why)
        yield ""
        yield f"*Measured:* {plain(row.method)}" + (f" *Source:* {plain(row.source)}." if row.source else "")
        yield from _reasons(comparison, row, schemes)


def _lines(comparison: Comparison, row: Row, schemes: list[list[Profile]]) -> Iterator[list[str]]:
    """A row takes two lines, the stock profile below its twin: nine columns would be wider than GitHub's page."""
    head = f"[{row.id} {plain(question(row))}](#{row.id})"
    for stock, label in enumerate(LABELS):
        twins = [next((profile for profile in pair if profile.stock == bool(stock)), None) for pair in schemes]
        if any(twins):
            yield [head, label, *(plain(answer(comparison, row, profile)) if profile else "" for profile in twins)]
            head = ""


def _reasons(comparison: Comparison, row: Row, schemes: list[list[Profile]]) -> Iterator[str]:
    cells = [comparison.cell(row.id, profile.name) for pair in schemes for profile in pair]
    reasons = [
        f"- **{plain(cell.profile)}** {plain(marked(cell))}: {plain(cell.reason)}" for cell in cells if cell and cell.reason
    ]
    if reasons:
        yield from ["", "<details><summary>Why, profile by profile</summary>", "", *reasons, "", "</details>"]


def _cures(comparison: Comparison) -> Iterator[str]:
    yield from ["", '## <a id="cures"></a>What makes the difference', ""]
    yield "Where a scheme used well and its library as it ships part. Timings are left out: they differ in every run."
    uncured = []
    for contrast in contrasts(comparison):
        where = f"[{contrast.row.id} {plain(contrast.row.title)}](#{contrast.row.id}) · {plain(contrast.scheme)}"
        outcomes = f"used well {plain(marked(contrast.hardened))}, as it ships {plain(marked(contrast.stock))}."
        if contrast.cure:
            yield from ["", f"**{where}**: {outcomes} {_code(contrast.cure.cure)} Source: {plain(contrast.cure.source)}"]
        else:
            uncured.append(f"- {where}: {outcomes}")
    if uncured:
        yield from ["", "### Differences for which no cure is recorded", "", *uncured]


def _run(comparison: Comparison) -> Iterator[str]:
    yield from ["", '## <a id="run"></a>The run', ""]
    yield f"Measured {plain(comparison.made)} in {comparison.seconds:.0f} s at commit `{comparison.commit}`."
    for title, facts in (("method", comparison.method), ("machine", comparison.machine), ("version", comparison.versions)):
        yield from ["", *fact_table(title, facts)]


def fact_table(title: str, facts: Mapping[str, str]) -> Iterator[str]:
    return table([title, ""], [[name, value] for name, value in facts.items()])


def table(head: list[str], lines: list[list[str]], *, linked: bool = False) -> Iterator[str]:
    """`linked` lines are Markdown already."""
    yield f"| {' | '.join(map(plain, head))} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(line if linked else map(plain, line))} |" for line in lines)
