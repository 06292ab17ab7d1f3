"""The bench: whom it measures, whom it refuses to, what it shows, and what it does not let pass."""

import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from rich.console import Console

from project.compare.bench import day, limits, report, results, run, sites
from project.compare.bench.groups import GROUPS
from project.compare.bench.results import Figure, Run
from project.compare.bench.sites import FLOOR, Bench, Caller, Wrong, peers, prepare, same, scheme
from project.compare.servers import ROOT
from schemes import SCHEMES
from schemes.story import VOTE

KEPT = {"session": 0.5, "token": 0.4, "jwt": 0.4, "oauth2": 0.4}
HASHES = {"oauth2": 1, "toolkit": 2}
"""Slow ones of a sign-in: the toolkit hashes the secret of the application as slowly as the password."""
SAVED = Run(
    made="2026-01-01T00:00:00+00:00",
    commit="abc",
    seconds=1.0,
    machine={"system": "Linux"},
    versions={"django": "5.2"},
    notes=["Something was left out."],
    figures=[
        Figure("read", FLOOR, "instructions", 1.0),
        *(Figure("read", name, "instructions", value) for name, value in KEPT.items()),
        *(Figure("read", name, "cpu", value, value - 0.1, value + 0.1) for name, value in KEPT.items()),
        *(Figure("read", name, "statements", 3) for name in KEPT),
        Figure("read", "knox", "instructions", 1.5),
        Figure("login", "token", "hashes", 1),
        Figure("growth", "token", "table", 1.0),
    ],
)


def changed(run: Run, site: str, measure: str, factor: float) -> Run:
    figures = [
        replace(figure, value=figure.value * factor) if (figure.site, figure.measure) == (site, measure) else figure
        for figure in run.figures
    ]
    return replace(run, figures=figures)


@pytest.fixture(scope="module")
def bench():
    with Bench() as bench:
        yield bench


@pytest.fixture(scope="module")
def floor(bench):
    (site,) = bench.prepared([FLOOR])
    return site


@pytest.mark.long  # the short form of the bench asks it of our own
def test_every_site_answers_byte_for_byte_as_the_floor(bench, floor):
    assert set(peers()) == {"drf-session", "drf-token", "knox", "simplejwt", "toolkit"}
    question = json.loads(floor.bodies["read"])
    assert len(question["choices"]) == 3
    assert len(json.loads(floor.bodies["list"])["results"]) == 20
    for site in bench.prepared([*SCHEMES, *peers()]):
        same(floor, site)
        (request, *_) = site.requests["read"]
        nobody = site.running.do("answer", request=[*request[:2], {}, None])
        assert nobody["status"] in (401, 403), f"{site.name} lets everybody in"
        if site.name in HASHES:
            assert site.running.do("work", **site.work("login", 1))["hashes"] == HASHES[site.name]
        site.running.stop()


def test_a_site_that_answers_something_else_is_refused(bench, floor):
    database = bench.database("token")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE polls_choice SET votes = 1 WHERE id = 1")
    with bench.running("token", database) as running, pytest.raises(Wrong, match="token: its read is not the floor's"):
        same(floor, prepare(running, scheme("token")))


def test_a_site_that_lets_nobody_in_is_refused(bench):
    with bench.running("token", bench.database("token")) as running, pytest.raises(Wrong, match="the sign-in answers 400"):
        prepare(running, scheme("token"), password="another")


def test_a_refusal_is_not_measured(bench):
    with bench.running(FLOOR, bench.database(FLOOR)) as running:
        site = prepare(running, scheme(FLOOR))
        with pytest.raises(Wrong, match="answered 200, not 401"):
            running.do("work", **site.work("read", 1) | {"status": 401})


def test_time_and_statements_are_those_of_the_work(floor):
    once, ten = (floor.running.do("work", **floor.work("list", times)) for times in (20, 200))
    assert 0 < once["cpu"] < 5 * ten["cpu"], "the CPU time is that of one request, however many there are"
    assert once["hashes"] == 0
    assert len(floor.running.do("statements", request=floor.requests["read"][0])) == 2


@pytest.mark.parametrize(("factor", "fails"), [(1.09, False), (1.11, True), (0.5, False)])
@pytest.mark.parametrize("measure", ["instructions", "statements"])
def test_a_rise_of_more_than_a_tenth_fails(factor, fails, measure):
    found = list(limits.risen(SAVED, changed(SAVED, "token", measure, factor)))
    assert len(found) == fails
    assert not fails or found[0].startswith("read token: ")


def test_cpu_time_counts_where_one_run_has_no_instructions():
    slower = changed(SAVED, "jwt", "cpu", 1.2)
    assert not list(limits.risen(SAVED, slower))
    without = replace(slower, figures=[figure for figure in slower.figures if figure.measure != "instructions"])
    assert list(limits.risen(SAVED, without)) == ["read jwt: CPU time rose from 0.40 to 0.48."]
    assert list(limits.risen(without, SAVED)) == []


def test_a_peer_may_change_as_it_likes():
    assert not list(limits.risen(SAVED, changed(SAVED, "knox", "instructions", 3)))


@pytest.mark.parametrize(
    ("site", "measure", "factor"),
    [("session", "instructions", 1.9), ("oauth2", "statements", 1.4), ("token", "hashes", 2), ("token", "table", 1.06)],
)
def test_a_goal_that_is_not_kept_is_named(site, measure, factor):
    assert not list(limits.missed(SAVED))
    (found,) = limits.missed(changed(SAVED, site, measure, factor))
    assert site in found
    assert "the goal is at most" in found


def test_the_command_checks_a_run_against_a_saved_one(tmp_path, capsys):
    old, good, bad = (tmp_path / name for name in ("old.json", "good.json", "bad.json"))
    old.write_text(SAVED.dumps())
    good.write_text(changed(SAVED, "token", "instructions", 1.09).dumps())
    bad.write_text(changed(SAVED, "token", "instructions", 1.11).dumps())
    call_command("bench", "--from", str(good), "--check", str(old))
    with pytest.raises(CommandError, match="1 figures are too high"):
        call_command("bench", "--from", str(bad), "--check", str(old))
    assert "read token: CPU instructions rose from 0.40 to 0.44." in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON", '{"figures": [{"group": "read"}]}'])
def test_another_document_is_no_saved_run(text):
    with pytest.raises(ValueError, match=r".+"):
        results.loads(text)


@pytest.mark.parametrize("width", [30, 80, 200])
def test_table_markdown_and_json_say_the_same(width):
    file = io.StringIO()
    report.show(Console(file=file, width=width), SAVED)
    table, markdown = file.getvalue(), report.markdown(SAVED)
    assert results.loads(SAVED.dumps()) == SAVED
    assert max(map(len, table.splitlines())) <= width
    for figure in SAVED.figures:
        told = report.text(figure, GROUPS[figure.group].measures[figure.measure])
        assert told in markdown
        assert "".join(told.split()) in "".join(table.split())
        assert figure.site in table
        assert figure.site in markdown
    assert SAVED.notes[0] in " ".join(table.split())
    assert SAVED.notes[0] in markdown


def test_what_a_machine_lacks_is_said(monkeypatch):
    everything = set(GROUPS)
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert not list(run.left_out(everything, quick=False))
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(sites, "find_spec", lambda name: None)
    monkeypatch.setattr(run, "find_spec", lambda name: None)
    peers.cache_clear()
    try:
        told = " ".join(run.left_out(everything, quick=False))
    finally:
        peers.cache_clear()
    for name in ("django-rest-knox", "valgrind", "gunicorn"):
        assert f"{name} is not installed" in told


def test_where_nothing_can_be_measured_the_command_fails_and_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(run, "find_spec", lambda name: None)
    with pytest.raises(CommandError, match=r"Nothing was measured\. gunicorn is not installed.*requirements-dev\.txt"):
        call_command("bench", "--only", "servers")


def test_a_vote_of_the_day_is_a_new_one_each_time(bench):
    """One that changes nothing writes nothing, and would be cheaper."""
    database, card = bench.database("token"), scheme("token")
    with bench.running("token", database) as running:
        costs = [day.dialogue(Caller(running, card), card)["vote"]["statements"] for _ in range(3)]
        client = Caller(running, card)
        client.login()
        repeated = [(client.ask("PUT", VOTE, json={"choice": 1}), client.cost["statements"])[1] for _ in range(2)][1]
    assert len(set(costs)) == 1
    assert costs[0] > repeated


def test_the_committed_documents_are_those_of_one_whole_run():
    docs = ROOT / "docs"
    saved = results.loads((docs / "bench.json").read_text())
    assert {figure.group for figure in saved.figures} == set(GROUPS)
    assert not list(limits.missed(saved))
    assert (docs / "bench.md").read_text() == report.markdown(saved)
    scaling = (docs / "scaling.md").read_text()
    assert report.quote(scaling, saved) == scaling, "make bench writes its tables anew"


def test_every_group_and_measure_has_words():
    for group in GROUPS.values():
        assert group.title
        assert group.what.endswith(".")
        assert all(measure.title for measure in group.measures.values())
    for (group, measure), goals in limits.GOALS.items():
        assert measure in GROUPS[group].measures
        assert set(goals) <= set(SCHEMES)
