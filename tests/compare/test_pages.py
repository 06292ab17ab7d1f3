"""The pages of the comparison: everything of the run is there, every filter and question answers, and nothing is a 500."""

import gzip
import itertools
import json
import os
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pygments.styles import get_style_by_name

from project.compare import engine
from project.compare.management.commands import compare
from project.compare.pages import advice, code, highlight, runs, take_home
from project.compare.pages.questions import QUESTIONS
from project.compare.report import document
from project.compare.report.order import contrasts, differs
from project.compare.templatetags.prose import prose
from schemes import PROFILES, SCHEMES, STOCK
from tests.compare.sample import MARKUP, sample

LIMIT = 100_000
"""Bytes of a page, its styles and scripts as they are served, its charts left out."""


@pytest.fixture
def committed():
    return runs.read(runs.COMMITTED).comparison


@pytest.fixture(scope="module")
def questions() -> dict[str, str]:
    """The page of every question of the committed run."""
    rows = runs.read(runs.COMMITTED).comparison.rows
    return {row.id: page(Client(), f"/compare/{row.id}/") for row in rows}


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Runs of this test's own: neither is there yet."""
    places = {runs.COMMITTED: tmp_path / "committed.json", runs.HERE: tmp_path / "here.json"}
    monkeypatch.setattr(runs, "FILES", places)
    return places


def page(client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def words(text: str) -> str:
    """What is read, without spaces and lines."""
    return "".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


# The table


def test_the_table_has_every_question_and_every_answer(client, committed):
    shown = page(client, "/compare/")
    read = words(shown)
    for row in committed.rows:
        assert f'<tr id="{row.id}">' in shown
        assert f'href="/compare/{row.id}/"' in shown
        assert words(row.title) in read
    for cell in committed.cells:
        assert words(cell.text) in read
    assert words(committed.method["noise"]) in read
    assert committed.made[:10] in shown


def test_its_columns_are_those_that_are_asked_for_by_comma_or_one_by_one(client):
    for query in ("profiles=jwt,session-stock", "profiles=jwt&profiles=session-stock"):
        shown = page(client, f"/compare/?{query}")
        assert set(re.findall(r'data-profile="([^"]+)"', shown)) == {"jwt", "session-stock"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_only_what_differs_between_used_well_and_as_it_ships(client, committed, scheme):
    shown = page(client, f"/compare/?profiles={scheme},{STOCK[scheme]}&only=differing")
    rows = set(re.findall(r'<tr id="([^"]+)">', shown))
    timings = {row.id for row in committed.rows if row.timing}
    assert rows - timings == {contrast.row.id for contrast in contrasts(committed) if contrast.scheme == scheme}
    assert len(rows) < len(committed.rows) * 2 / 3


def test_a_timing_differs_where_rounds_lie_apart_and_not_within_the_noise():
    run = sample()
    row = next(row for row in run.rows if row.id == "load-read")
    pair = replace(run, profiles=[one for one in run.profiles if one.name in ("token", "token-stock")])
    assert differs(run, row)
    assert not differs(pair, row)


def test_what_the_form_offers_can_be_asked_for(client):
    shown = page(client, "/compare/?profiles=jwt,basic,token")
    offered = re.findall(r'<option value="([^"]*)"', shown)
    assert '<option value="jwt,basic,token" selected>' in shown
    assert len(offered) == 14
    for value in offered:
        page(client, f"/compare/?profiles={value}")


def test_profiles_that_answer_alike_are_said_to(client):
    assert "answer every question alike" in page(client, "/compare/?profiles=basic&only=differing")


@pytest.mark.parametrize(
    "path",
    [
        "/compare/?profiles=saml",
        "/compare/?only=everything",
        "/compare/?run=yesterday",
        "/compare/P99/",
        "/compare/guide/",
        "/compare/P18/?run=yesterday",
        "/compare/data.json?run=yesterday",
        "/compare/which/?caller=nobody",
        "/compare/which/?run=yesterday",
        "/compare/take-home/basic/",
        "/compare/take-home/jwt/?run=yesterday",
        "/compare/code/?left=saml",
        "/compare/code/?right=%00",
        "/compare/code/?file=../settings.py",
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(client, path):
    shown = page(client, path, 404)
    assert "Error 404" in shown
    assert re.search(
        r"names nothing here|no page and no question named (P99|guide)\.|nothing of basic|Neither token nor jwt", shown
    )
    assert '<a href="/compare/">Back' in shown


def test_a_site_without_the_blocks_says_so(client, monkeypatch, tmp_path):
    monkeypatch.setattr(take_home, "FOLDER", tmp_path)
    assert "came without docs/take-home/jwt/settings.py" in page(client, "/compare/take-home/jwt/", 404)


def test_a_page_is_read_and_not_posted_to(client):
    assert client.post("/compare/").status_code == 405


def test_a_table_travels_compressed(client):
    answer = client.get("/compare/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 20_000


# A question


def test_every_question_has_a_page_with_all_answers_reasons_and_evidence(questions, committed):
    for row in committed.rows:
        shown = questions[row.id]
        read = words(shown)
        for text in (row.title, row.why, row.method, row.source, f"compare --row {row.id}"):
            assert words(text.replace("`", "")) in read
        for profile in committed.profiles:
            cell = committed.cell(row.id, profile.name)
            assert f'id="{profile.name}"' in shown
            for text in (cell.text, cell.reason, *cell.evidence):
                assert words(text) in read


def test_every_cure_stands_on_the_page_of_its_question(questions, committed):
    for contrast in contrasts(committed):
        assert str(prose(contrast.cure.cure)) in questions[contrast.row.id]


def test_what_stands_in_backquotes_is_code_and_names_behind_a_path_are_set_apart():
    told = "`a/b.py` find revoke: a <b> names `sid`. `c.py` alone, and `alg: none` as it is; one ` alone."
    assert prose(told) == (
        "<code>a/b.py</code> (<code>find</code>, <code>revoke</code>): a &lt;b&gt; names <code>sid</code>. "
        "<code>c.py</code> alone, and <code>alg: none</code> as it is; one ` alone."
    )


def test_no_page_shows_a_backquote(questions, client):
    shown = questions | {scheme: page(client, f"/compare/take-home/{scheme}/") for scheme in SCHEMES}
    assert [name for name, text in shown.items() if "`" in text] == []


def test_the_questions_lead_from_one_to_the_next_through_all(questions, committed):
    row, seen = "wire-first-answer", []
    while row:
        seen.append(row)
        found = re.search(r'<a href="/compare/([^"]+)/"><span class="soft">Next:', questions[row])
        row = found[1] if found else ""
    assert seen == [row.id for row in committed.rows]


def test_a_question_names_the_file_that_asks_it(questions, committed):
    for row in committed.rows:
        found = re.search(r"How it asks: <code>([^<]+)</code>", questions[row.id])
        assert found
        assert row.id in (runs.ROOT / found[1]).read_text() or row.group != "attack"


# Runs


def test_a_missing_run_says_what_makes_it(client, files):
    assert "compare --format json --output docs/comparison.json" in page(client, "/compare/")
    shown = page(client, "/compare/?run=here")
    assert "Nothing measured on this machine yet" in shown
    assert "manage.py compare" in shown
    for path in ("/compare/P18/", "/compare/data.json", "/compare/data.json?run=here"):
        page(client, path, 404)
    assert "There is none yet" in page(client, "/compare/take-home/jwt/")
    assert "There is none yet" in page(client, "/compare/which/")


@pytest.mark.parametrize(("text", "told"), [("{", "not JSON"), ('{"schema": 0}', "schema 0"), ("\x00", "not JSON")])
def test_a_broken_or_older_run_is_told(client, files, text, told):
    files[runs.HERE].write_text(text)
    assert told in page(client, "/compare/?run=here")
    page(client, "/compare/P18/?run=here", 404)


def test_a_run_of_this_machine_is_shown_and_its_links_stay_with_it(client, files):
    files[runs.COMMITTED].write_text(document.dumps(sample()))
    assert "run=here" not in page(client, "/compare/")
    files[runs.HERE].write_text(document.dumps(sample()))
    assert 'href="/compare/?run=here"' in page(client, "/compare/")
    shown = page(client, "/compare/?run=here")
    assert 'href="/compare/P18/?run=here"' in shown
    assert "No &lt;key&gt; &amp; no patience." in shown
    assert 'href="/compare/P24/?run=here"' in page(client, "/compare/P18/?run=here")
    assert "".join(MARKUP.split()) in words(page(client, "/compare/server-keeps/?run=here"))
    assert "<script>alert" not in page(client, "/compare/server-keeps/?run=here")
    page(client, "/compare/which/?run=here&dead=now")


def test_a_run_that_changes_is_read_again(client, files):
    files[runs.COMMITTED].write_text(document.dumps(sample()))
    assert "2026-01-02" in page(client, "/compare/")
    files[runs.COMMITTED].write_text(document.dumps(replace(sample(), made="2027-03-04T00:00:00Z")))
    os.utime(files[runs.COMMITTED], (1, 1))
    assert "2027-03-04" in page(client, "/compare/")


def test_the_raw_run_is_the_file(client):
    answer = client.get("/compare/data.json")
    assert answer.content == runs.FILES[runs.COMMITTED].read_bytes()
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="comparison.json"'


# What the command keeps, and what it narrows to


def run_compare(monkeypatch, tmp_path, *arguments: str) -> tuple[object, ...]:
    """What the engine is asked for; it answers at once."""
    asked = []
    monkeypatch.setattr(compare, "LAST", tmp_path / "local" / "comparison.json")
    monkeypatch.setattr(engine, "compare", lambda *words: asked.append(words) or sample_without_failure())
    command = compare.Command()
    options = vars(
        command.create_parser("manage.py", "compare").parse_args([*arguments, "--format", "json", "--output", os.devnull])
    )
    command.handle(**options)
    return asked[0]


def sample_without_failure():
    run = sample()
    run.profiles = [profile for profile in run.profiles if not profile.failed]
    return run


@pytest.mark.parametrize("arguments", [[], ["--quick"]])
def test_a_whole_run_is_kept_for_the_page(monkeypatch, tmp_path, arguments):
    run_compare(monkeypatch, tmp_path, *arguments)
    assert document.loads((tmp_path / "local" / "comparison.json").read_text()).rows == sample().rows
    assert [path.name for path in (tmp_path / "local").iterdir()] == ["comparison.json"]


@pytest.mark.parametrize("arguments", [["--only", "wire"], ["--profile", "jwt"], ["--row", "P18"]])
def test_a_part_of_a_run_is_not(monkeypatch, tmp_path, arguments):
    run_compare(monkeypatch, tmp_path, *arguments)
    assert not (tmp_path / "local").exists()


def test_the_command_on_a_question_s_page_asks_this_question_alone(monkeypatch, tmp_path, client):
    shown = page(client, "/compare/P18/")
    commands = re.findall(r"manage\.py compare (.*)\n", unescape(shown))
    assert len(commands) == 2
    profiles, groups, _, _, rows = run_compare(monkeypatch, tmp_path, *commands[1].split())
    assert set(profiles) == {"jwt", "jwt-stock"} or set(profiles) == {"token", "token-stock"}
    assert (groups, rows) == ({"attack"}, ("P18",))
    assert [row.id for row in engine.rows(groups, quick=False, only=rows)] == ["P18"]


def test_of_the_attacks_no_other_is_made(monkeypatch):
    made = []
    monkeypatch.setattr(engine, "Bystander", lambda site: None)
    monkeypatch.setattr(engine, "attack", lambda site, bystander, probe: made.append(probe.ATTACK.id))
    for times in (False, True):
        list(engine._attacks(None, ("P18", "P07"), times=times))
    assert made == ["P18", "P07"]


# Which one for me?


def test_every_combination_of_answers_has_an_answer_with_figures_of_the_run(committed):
    cells = {(cell.row, cell.profile): cell.text for cell in committed.cells}
    for combination in itertools.product(*[("", *question.options) for question in QUESTIONS]):
        answers = {question.id: answer for question, answer in zip(QUESTIONS, combination, strict=True) if answer}
        found = advice.candidates(answers, committed)
        assert len(found) == len(SCHEMES)
        for sentence in [*advice.contradictions(answers, committed), *(one for each in found for one in each.sentences)]:
            assert cells[sentence.row, sentence.profile] == sentence.figure
        if not any(one.left for one in found) and len(answers) < 5:  # more answers only leave less
            assert advice.ways_out(answers, committed)


def test_what_is_left_follows_the_measured_rows(committed):
    def left(**answers: str) -> set[str]:
        return {one.profile for one in advice.candidates(answers, committed) if one.left}

    assert left() == set(SCHEMES)
    assert left(dead="now") == set(SCHEMES)
    assert left(dead="now", code="ships") == {"session-stock"}
    assert left(offline="yes") == {"jwt"}
    assert left(third="yes") == {"oauth2"}
    assert left(cookie="no") == {"token", "jwt", "oauth2"}
    assert left(lookups="none") == set()
    assert left(lookups="one", code="ships") == {"token-stock", "jwt-stock", "oauth2-stock"}


def test_the_guide_turns_with_the_figures(committed):
    """Where another run measures otherwise, other schemes are left."""
    cells = [
        replace(cell, value=7, text="7 s") if cell.row == "time-logout" and cell.profile == "jwt" else cell
        for cell in committed.cells
    ]
    found = advice.candidates({"dead": "now"}, runs.Kept(**vars(replace(committed, cells=cells))))
    assert [one.scheme for one in found if not one.left] == ["jwt"]
    assert found[2].ruled_out[0].figure == "7 s"


def test_every_sentence_of_the_guide_leads_to_a_row_that_is_there(client):
    shown = page(client, "/compare/which/?caller=others&dead=hour&offline=yes&third=no&cookie=yes&lookups=one&code=well")
    links = re.findall(r'href="(/compare/[^"#]+/)#', shown)
    assert len(links) > 10
    for link in set(links):
        page(client, link)


def test_what_is_dead_at_once_is_said_in_words(client):
    shown = page(client, "/compare/which/?dead=now")
    assert "After a logout a copy is dead <strong>at once</strong>" in shown
    assert "0.0 s" not in shown


def test_answers_that_rule_nothing_out_say_so_and_what_would_tip_it(client):
    shown = page(client, "/compare/which/?dead=now&code=well")
    tips = re.search(r'id="tips">(.*)</p>', shown)[1]
    assert "rule nothing out" in tips
    assert "“yes” to question 4" in tips
    assert "to question 2" not in tips
    for query in ("third=yes", "dead=now&code=ships", ""):
        assert 'id="tips"' not in page(client, f"/compare/which/?{query}")
    all_seven = page(client, "/compare/which/?caller=app&dead=now&offline=no&third=no&cookie=yes&lookups=any&code=well")
    assert "What would tip it" in all_seven


def test_contradictions_are_said_and_what_nobody_meets_has_a_way_out(client):
    shown = page(client, "/compare/which/?dead=now&offline=yes&lookups=none")
    assert shown.count("These answers do not go together") == 2
    assert "Nothing is left" in shown
    assert "there would be:" in shown


def test_what_is_answered_stays_chosen_and_the_rest_is_not_used(client):
    shown = page(client, "/compare/which/?third=yes")
    assert 'name="third" value="yes" checked' in shown
    assert shown.count("Ruled out") == 2
    assert "SQL queries to know who asks" not in shown


# Read the code


@pytest.mark.parametrize("right", PROFILES)
def test_both_files_are_shown_whole_in_their_order(right):
    rooms = code.room("token"), code.room(right)
    for name in {*rooms[0], *rooms[1]}:
        paths = [room.get(name) for room in rooms]
        parts = list(code.stretches(*paths))
        for path, side in zip(paths, ("left", "right"), strict=True):
            shown = [unescape(re.sub("<[^>]*>", "", line)) for part in parts for line in getattr(part, side)]
            assert shown == (path.read_text().splitlines() if path else [])
        assert (code.changes(*paths) == (0, 0)) == all(part.same for part in parts)


def test_a_file_that_one_scheme_lacks_is_part_of_the_lesson(client):
    shown = page(client, "/compare/code/?left=token&right=jwt&file=keys.py")
    assert "what jwt does here it does not need" in shown
    assert '<span class="token">0<' in shown


def test_the_module_of_a_library_stands_beside_the_settings(client):
    shown = page(client, "/compare/code/?left=jwt&right=jwt-stock")
    assert "schemes/jwt/stock.py" in shown
    assert "schemes/jwt/settings.py" in shown


def test_what_a_file_says_is_never_html(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("a = '<script>'  # </ol>&\n<b>\n")
    shown = "".join(highlight.lines(path))
    assert set(re.findall(r"<(/?\w+)", shown)) == {"span", "/span"}
    assert unescape(re.sub("<[^>]*>", "", shown)) == "a = '<script>'  # </ol>&<b>"


def test_the_colours_are_those_that_pygments_makes():
    served = (runs.ROOT / "templates" / "static" / "compare-code.css").read_text()
    assert served.endswith(highlight.stylesheet())


GROUND = {"light": "ffffff", "dark": "181c25"}
"""Pico's ground of a card."""


@pytest.mark.parametrize("mode", GROUND)
def test_the_colours_of_code_stand_out_from_every_ground(mode):
    css = (runs.ROOT / "templates" / "static" / "comparison.css").read_text()
    tints = re.findall(r"--(?:basic|session|token|jwt|oauth2): #(\w{6})", css)
    tints = tints[:5] if mode == "light" else tints[5:]
    grounds = [rgb(GROUND[mode]), *(mixed(rgb(tint), rgb(GROUND[mode]), 0.12) for tint in tints)]
    style = get_style_by_name(highlight.STYLES[mode])
    for kind in highlight.COLOURED:
        colour = style.style_for_token(kind)["color"]
        assert min(contrast(rgb(colour), ground) for ground in grounds) >= 4.5, kind


def rgb(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) for place in (0, 2, 4)]


def mixed(a: list[float], b: list[float], part: float) -> list[float]:
    return [x * part + y * (1 - part) for x, y in zip(a, b, strict=True)]


def contrast(a: list[float], b: list[float]) -> float:
    """WCAG 2.2."""

    def light(colour: list[float]) -> float:
        parts = [part / 255 for part in colour]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(a), light(b)))
    return (high + 0.05) / (low + 0.05)


# All of them


def weight(shown: str) -> int:
    """The page without its charts, and what it loads, compressed as it is where the site is deployed."""
    loaded = set(re.findall(r'(?:href|src)="/static/([^"#]+\.(?:css|js))"', shown))
    if any(name.endswith(".js") for name in loaded):
        loaded.add("dom.js")
    files = [finders.find(name) for name in loaded]
    assert all(files)
    packed = sum(len(gzip.compress(Path(path).read_bytes())) for path in files)
    return len(re.sub(r'<svg class="chart".*?</svg>', "", shown, flags=re.DOTALL).encode()) + packed


def test_every_page_is_light(client, committed):
    heavy = [
        f"/compare/code/?left={left}&right=oauth2&file={name}"
        for left in ("session", "jwt")
        for name in ("views.py", "validator.py")
    ]
    rows = sorted(committed.rows, key=lambda row: -len(str([cell for cell in committed.cells if cell.row == row.id])))[:5]
    paths = ["/compare/", "/compare/which/?caller=others&dead=hour&code=ships&cookie=yes", "/compare/take-home/oauth2/", *heavy]
    weights = {path: weight(page(client, path)) for path in [*paths, *(f"/compare/{row.id}/" for row in rows)]}
    assert {path: weight for path, weight in weights.items() if weight >= LIMIT} == {}


def test_every_page_says_what_it_is_and_has_no_style_or_script_of_its_own(client):
    names = ["index", "which", "take-home", "code"]
    for path in [*(reverse(f"compare:{name}") for name in names), "/compare/P18/", "/compare/take-home/jwt/"]:
        shown = page(client, path)
        assert re.search(r"<title>[^<]{5,} · ", shown)
        assert len(re.findall(r"<h1", shown)) == 1
        assert not re.search(r"<style|style=|<script(?! type=\"module\" src)| on\w+=", shown)
        ids = re.findall(r' id="([^"]*)"', shown)
        assert len(ids) == len(set(ids))


def test_the_committed_file_is_json_that_the_page_offers(client):
    assert json.loads(client.get("/compare/data.json").content)["schema"] == document.SCHEMA
