"""Every face of a comparison shows all of it, to everybody, and loads nothing from anywhere."""

import io
import json
import re
from dataclasses import fields, replace
from html import unescape
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from project.compare.report import FORMATS, charts, document, html, markdown, terminal
from project.compare.report.order import columns, contrasts, tidy
from project.compare.results import GROUPS, Cell, Comparison, Cure, Profile, Row
from tests.compare.sample import LONG, MARKUP, sample

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "comparison.schema.json").read_text(encoding="utf-8"))
LIBRARY = charts.CONSOLE_SVG_FORMAT


def printed(width: int, comparison: Comparison | None = None, *, explain: bool = False, **options: object) -> str:
    console = Console(width=width, file=io.StringIO(), **options)
    terminal.show(console, comparison or sample(), explain=explain)
    return console.file.getvalue()


def words(text: str) -> str:
    """Without spaces and lines, so that what was wrapped is still found."""
    return "".join(text.split())


def visible(page: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", page))


# The terminal


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 191, 192, 200, 250])
def test_no_line_is_wider_than_the_terminal(width):
    assert max(map(len, printed(width, explain=True).splitlines())) <= width


@pytest.mark.parametrize(("width", "column"), [(40, 40), (60, 60), (80, 80), (120, 120), (200, 38), (250, 60)])
def test_the_terminal_shows_every_row(width, column):
    shown = words("".join(line[:column] for line in printed(width).splitlines()))
    for row in sample().rows:
        assert words(f"{row.id} {row.title}") in shown


@pytest.mark.parametrize("width", [80, 200])
def test_the_terminal_shows_the_answer_of_every_cell_once_changed(width):
    """Cells are told apart by giving each a text of its own: one that was dropped could not hide behind an equal one."""
    comparison = sample()
    comparison.cells = [replace(cell, text=f"n{number:03}x") for number, cell in enumerate(comparison.cells)]
    shown = printed(width, comparison)
    assert [cell.text for cell in comparison.cells if shown.count(cell.text) != 1] == []


@pytest.mark.parametrize("width", [80, 200])
def test_the_terminal_shows_every_text_and_spread(width):
    shown = words(printed(width))
    for cell in sample().cells:
        for text in (cell.text, *cell.spread.split("-")):
            assert words(text) in shown or text == LONG


def test_a_long_answer_stands_whole_in_a_narrow_terminal():
    assert words(LONG) in words(printed(80))


def test_a_wide_terminal_has_all_profiles_in_one_line():
    names = [profile.name for profile in sample().profiles]
    heads = [line for line in printed(200).splitlines() if line.split() == names]
    assert len(heads) == len(GROUPS)


def test_twins_stand_side_by_side_whatever_their_order():
    comparison = sample()
    Random(1).shuffle(comparison.profiles)
    names = [profile.name for profile in columns(comparison)]
    assert all(names.index(name) == names.index(name.removesuffix("-stock")) + 1 for name in names if name.endswith("-stock"))


@pytest.mark.parametrize("width", [80, 200])
def test_a_profile_that_failed_comes_first_with_its_reason(width):
    head = "\n".join(printed(width).splitlines()[:4])
    assert "FAILED" in head
    assert "oauth2-stock" in head
    assert "No <key> & no patience." in head


def test_a_failed_profile_has_failed_in_each_of_its_cells():
    assert printed(200).count("failed") == len(sample().rows)


def test_piped_output_is_plain_and_marks_have_their_words():
    shown = printed(80)
    assert "\x1b" not in shown
    assert {"✔ refused", "✘ works", "◐ partly"} <= set(re.findall(r"[✔✘◐] \w+", shown))


def test_no_color_takes_colours_away_and_leaves_the_text(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    coloured = printed(80, force_terminal=True)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", coloured)
    assert words(re.sub(r"\x1b\[[0-9;]*m", "", coloured)) == words(printed(80))


def test_a_terminal_that_knows_only_ascii_gets_words_instead_of_an_error():
    raw = io.BytesIO()
    terminal.show(Console(width=80, file=(file := io.TextIOWrapper(raw, encoding="ascii"))), sample())
    file.flush()
    assert b"? works" in raw.getvalue()


def test_a_text_is_never_taken_for_the_terminals_markup():
    comparison = sample()
    comparison.cells[0] = replace(comparison.cells[0], text="[red]x[/red]")
    assert "[red]x[/red]" in printed(200, comparison)


def test_a_run_of_one_profile_has_no_column_for_its_twin():
    comparison = sample()
    comparison.profiles = [profile for profile in comparison.profiles if profile.name == "jwt-stock"]
    comparison.cells = [cell for cell in comparison.cells if cell.profile == "jwt-stock"]
    assert " session" not in printed(80, comparison)
    assert "300 s" in printed(80, comparison)


def test_the_explanation_tells_both_answers_both_reasons_and_the_cure():
    console = Console(width=80, file=io.StringIO())
    terminal.explain(console, sample())
    part = console.file.getvalue().split("P18 Logout, then replay · jwt\n")[1].split("\n\n")[0]
    for text in ("refused: P18 as seen on jwt.", "works: P18 as seen on jwt-stock.", "CHECK_REVOKE_TOKEN", "example.org/812"):
        assert text in part


def test_a_difference_without_a_cure_says_so():
    assert "none is recorded" in printed(80, explain=True).split("P18 Logout, then replay · token\n")[1].split("\n\n")[0]


def test_only_what_differs_is_explained_and_never_a_timing():
    told = {(contrast.row.id, contrast.scheme) for contrast in contrasts(sample())}
    assert ("P18", "jwt") in told
    assert ("P18", "session") not in told
    assert not {row for row, _ in told if row.startswith("load-")}


# JSON


def test_a_comparison_survives_json():
    assert document.loads(document.dumps(sample())) == sample()


def test_the_json_is_stable_whatever_the_order_of_the_cells():
    comparison = sample()
    Random(1).shuffle(comparison.cells)
    assert comparison != sample()
    assert FORMATS["json"](comparison) == FORMATS["json"](sample())


def test_the_json_is_what_its_schema_says():
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(document.dumps(sample())))


@pytest.mark.parametrize("kind", [Comparison, Profile, Row, Cell, Cure])
def test_the_schema_describes_every_property_and_no_other(kind):
    described = SCHEMA if kind is Comparison else SCHEMA["$defs"][kind.__name__.lower()]
    assert set(described["properties"]) - {"schema"} == {field.name for field in fields(kind)}
    assert all(len(told["description"]) > 10 for told in described["properties"].values())


def test_one_changed_answer_is_one_changed_line():
    comparison = sample()
    comparison.cells[0] = replace(comparison.cells[0], value=7, text="7")
    old, new = (set(document.dumps(run).splitlines()) for run in (sample(), comparison))
    assert len(old - new) == len(new - old) == 1


def broken(**changes: object) -> str:
    return json.dumps(json.loads(document.dumps(sample())) | changes)


CELL = {"row": "P18", "profile": "jwt", "value": 1, "text": "1"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON"),
        ("[]", "no `schema`"),
        ('{"openapi": "3.1.0"}', "no `schema`"),
        ('{"schema": 2}', "schema 2"),
        ('{"schema": 1}', "lacks `made`"),
        (broken(winner="jwt"), "has `winner`"),
        (broken(seconds="long"), "seconds can't be 'long'"),
        (broken(seconds=True), "seconds can't be True"),
        (broken(machine=[]), "machine is not an object"),
        (broken(machine={"cores": 2}), "machine.cores can't be 2"),
        (broken(cells={}), "cells is not a list"),
        (broken(cells=[7]), r"cells\[0\] is not an object"),
        (broken(cells=[{"row": "P18"}]), r"cells\[0\] lacks `profile`"),
        (broken(cells=[CELL | {"score": 1}]), r"cells\[0\] has `score`"),
        (broken(cells=[CELL | {"verdict": "good"}]), "verdict can't be 'good'"),
        (broken(cells=[CELL | {"value": []}]), "value can't be"),
        (broken(cells=[CELL | {"evidence": [1]}]), "evidence can't be 1"),
        (broken(cells=[CELL | {"row": "P99"}]), "no such row"),
        (broken(rows=[], cells=[], cures=[{}]), r"cures\[0\] lacks `row`"),
    ],
)
def test_a_foreign_document_is_refused_with_a_sentence(text, told):
    with pytest.raises(ValueError, match=told) as refused:
        document.loads(text)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


def test_a_number_that_json_lacks_is_refused():
    comparison = sample()
    comparison.cells[0] = replace(comparison.cells[0], value=float("inf"))
    with pytest.raises(ValueError, match="JSON"):
        document.dumps(comparison)


# Markdown


def test_markdown_shows_every_cell_reason_and_row():
    page = markdown.render(sample())
    for cell in sample().cells:
        assert markdown.plain(cell.text) in page
        assert markdown.plain(cell.reason) in page
    for row in sample().rows:
        assert page.count(f'<a id="{row.id}"></a>') == 1
        assert f"](#{row.id})" in page


def test_the_columns_of_a_markdown_table_are_as_many_in_each_line():
    tables = re.findall(r"(?:^\|.*\n)+", markdown.render(sample()), re.MULTILINE)
    assert len(tables) == len(GROUPS) + 4
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_markdown_has_no_html_but_its_own():
    page = markdown.render(sample()).replace("AND a <deny-list>", "")  # in a block of code
    assert set(re.findall(r"</?(\w+)", page)) == {"a", "details", "summary"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a|b\nc", r"a\|b c"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("CHECK_REVOKE_TOKEN", r"CHECK\_REVOKE\_TOKEN"),
        ("see https://example.org/a_b, *now*", r"see https://example.org/a_b, \*now\*"),
    ],
)
def test_markdown_shows_a_text_as_it_is(text, written):
    assert markdown.plain(text) == written


def read(comparison: Comparison) -> str:
    """Markdown as it is read: without its escapes."""
    return re.sub(r"\\([\\`*_\[\]|~#])", r"\1", unescape(markdown.render(comparison)))


@pytest.mark.parametrize("face", [read, lambda comparison: visible(html.render(comparison))])
def test_a_face_shows_the_cures_and_names_what_has_none(face):
    cures, _, rest = face(sample()).rpartition("What makes the difference")[2].partition("no cure is recorded")
    assert 'SIMPLE_JWT["CHECK_REVOKE_TOKEN"] = True AND a <deny-list>' in " ".join(cures.split())
    assert "https://example.org/812?a=1&" in cures
    assert "Dead after logout" in rest
    assert "Dead after logout" not in cures


# HTML and pictures


def test_the_page_shows_every_cell_reason_and_piece_of_evidence():
    shown = words(visible(html.render(sample())))
    for cell in sample().cells:
        for text in (cell.text, cell.reason, cell.spread, *cell.evidence):
            assert words(text) in shown
    for row in sample().rows:
        for text in (row.id, row.title, row.why, row.method, row.source):
            assert words(text) in shown


@pytest.mark.parametrize("face", ["html", "svg"])
def test_a_face_loads_nothing(face):
    page = FORMATS[face](sample())
    page = re.sub(r'<a href="https://[^"]*" rel="nofollow">', "", page)  # a link is followed, not loaded
    page = page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert re.findall(r'(?:src|href|srcset|action|data|poster)="(?!#|data:,)[^"]*"', page) == []
    assert re.findall(r"url\((?!#)[^)]*\)|@import|@font-face|<script|<iframe|<object|<img", page) == []
    assert "http" not in visible(page) or face == "html"


def test_what_a_reason_says_is_never_html():
    page = html.render(sample())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert words(MARKUP) in words(visible(page))


def test_every_anchor_of_the_page_exists_once():
    page = html.render(sample())
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)


def test_each_table_of_the_page_scrolls_in_a_region_of_its_own():
    page = html.render(sample())
    regions = re.findall(r'<div class="scroll" role="region" aria-label="[^"]+" tabindex="0">\s*<table>\s*<caption>', page)
    assert len(regions) == page.count("<table>") == len(GROUPS)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own


def test_a_chart_names_every_profile_and_value():
    comparison = sample()
    row = next(row for row in comparison.rows if row.id == "load-read")
    chart = parsed(charts.chart(comparison, row))
    assert chart.get("role") == "img"
    titles = [title.text for title in chart.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0].startswith("Time of a read, against none: basic 41.2×")
    assert titles[1:][-2:] == ["oauth2: 1.52× (1.47-1.58)", "oauth2-stock: failed"]
    assert len(titles) == 1 + len(comparison.profiles)


def lengths(row: str) -> dict[str, float]:
    comparison = sample()
    chart = parsed(charts.chart(comparison, next(asked for asked in comparison.rows if asked.id == row)))
    space = "{http://www.w3.org/2000/svg}"
    bars = {group.find(f"{space}text").text: group.find(f"{space}rect") for group in chart.iter(f"{space}g")}
    return {name: float(bar.get("width")) for name, bar in bars.items() if bar is not None}


def test_bars_are_as_long_as_their_numbers():
    bars = lengths("wire-credential-bytes")
    assert bars["jwt"] / bars["session"] == pytest.approx(389 / 105, rel=0.01)
    assert "oauth2-stock" not in bars


def test_never_is_longer_than_any_time_on_the_stopwatch():
    bars = lengths("time-password")
    assert bars["token-stock"] > bars["jwt-stock"] > 20 * bars["jwt"] > 0
    assert bars["jwt-stock"] > lengths("time-logout")["jwt-stock"]


def test_one_giant_does_not_flatten_the_others():
    bars = lengths("load-read")
    assert bars["basic"] > bars["oauth2"] > bars["basic"] / 2


def test_rows_of_words_and_rows_without_a_difference_have_no_chart():
    comparison = sample()
    assert not {row.id for row in comparison.rows if charts.drawn(comparison, row)} & {"server-keeps", "wire-refusal", "P18"}
    comparison.cells = [replace(cell, value=1, text="1") for cell in comparison.cells]
    assert not any(charts.drawn(comparison, row) for row in comparison.rows)


def test_the_picture_shows_attacks_and_times_of_all_profiles():
    picture = charts.picture(sample())
    parsed(picture)
    shown = visible(re.sub(r"<style>.*?</style>", "", picture, flags=re.DOTALL))
    shown = re.sub(r"\s+", " ", shown.replace("\N{NO-BREAK SPACE}", " "))
    for text in ("manage.py compare", "P18 Logout, then replay", "time-logout", "✘ works", "never", "oauth2", "failed"):
        assert text in shown
    assert "load-read" not in shown


def test_the_picture_cuts_what_the_library_would_load():
    assert "https://" in LIBRARY
    assert "https://" not in charts.picture(sample())


# All of them


@pytest.mark.parametrize("face", FORMATS)
def test_a_face_can_show_a_run_without_answers(face):
    comparison = replace(sample(), cells=[], rows=[], cures=[])
    assert FORMATS[face](comparison)


@pytest.mark.parametrize("face", FORMATS)
def test_a_face_can_show_a_run_in_which_everything_failed(face):
    comparison = replace(sample(), cells=[], cures=[])
    comparison.profiles = [replace(profile, failed="It broke.") for profile in comparison.profiles]
    assert "failed" in FORMATS[face](comparison).lower()


def test_tidy_changes_the_order_and_nothing_else():
    comparison = sample()
    for things in (comparison.cells, comparison.rows):
        Random(2).shuffle(things)
    tidied = tidy(comparison)
    assert [row.group for row in tidied.rows] == sorted((row.group for row in tidied.rows), key=list(GROUPS).index)
    assert set(tidied.cells) == set(sample().cells)
