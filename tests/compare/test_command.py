"""`manage.py compare`, run as people run it: what it prints, what it leaves behind, and what it says of what goes wrong."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from jsonschema import validate

from project.compare.report import document
from project.compare.servers import ROOT, SETTINGS

SCHEMA = json.loads((ROOT / "docs" / "comparison.schema.json").read_text())


def compare(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "compare", *arguments],
        cwd=ROOT, env=os.environ | SETTINGS | {"COLUMNS": "100"} | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


ONE_RUN = pytest.mark.xdist_group("saved")
"""Those that look at the saved run are of one worker, so that it is made once."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two profiles over two groups."""
    path = tmp_path_factory.mktemp("compare") / "saved.json"
    done = compare("--profile", "token,token-stock", "--only", "wire,code", "--format", "json", "--output", str(path))
    assert done.returncode == 0, done.stderr
    return path


@ONE_RUN
def test_a_run_is_a_document_by_its_schema(saved):
    text = json.loads(saved.read_text())
    validate(text, SCHEMA)
    assert [profile["name"] for profile in text["profiles"]] == ["token", "token-stock"]
    assert {row["group"] for row in text["rows"]} == {"wire", "code"}
    assert text["commit"]
    assert "django" in text["versions"]


@ONE_RUN
def test_every_question_has_an_answer_for_every_profile(saved):
    comparison = document.loads(saved.read_text())
    asked = {(row.id, profile.name) for row in comparison.rows for profile in comparison.profiles}
    assert {(cell.row, cell.profile) for cell in comparison.cells} == asked


@ONE_RUN
def test_the_figures_are_those_of_the_wire(saved):
    comparison = document.loads(saved.read_text())
    figures = {row: [comparison.cell(row, name).value for name in ("token", "token-stock")] for row in FIGURES}
    assert figures == FIGURES


FIGURES = {
    "wire-first-answer": [2, 2],
    "wire-credential": [43, 40],
    "wire-read-bytes": [len("Authorization: Token \r\n") + 43, len("Authorization: Token \r\n") + 40],
    "wire-expired": ["401 Token", "200"],
}
"""What can be known without measuring: 256 bits in base64 and 160 in hexadecimal."""


@ONE_RUN
def test_a_saved_run_is_shown_without_running(saved):
    began = time.monotonic()
    shown = compare("--from", str(saved))
    assert shown.returncode == 0, shown.stderr
    assert time.monotonic() - began < 15
    assert "wire-read-bytes" in shown.stdout
    page = compare("--from", str(saved), "--format", "html")
    assert page.stdout.lower().startswith("<!doctype html>")


@ONE_RUN
def test_a_check_finds_nothing_where_nothing_changed(saved):
    done = compare("--profile", "token", "--only", "wire", "--check", str(saved))
    assert done.returncode == 0, done.stderr
    assert "no verdict, status, count or word differs" in done.stderr


@ONE_RUN
def test_a_check_names_what_changed_with_both_values(saved, tmp_path):
    text = saved.read_text()
    older = tmp_path / "older.json"
    older.write_text(text.replace('"value": 43, "text": "43"', '"value": 44, "text": "44"'))
    assert older.read_text() != text
    done = compare("--from", str(saved), "--check", str(older))
    assert done.returncode == 1
    assert "wire-credential Size of the credential · token: was 44, is 43" in done.stderr
    assert "1 outcomes differ" in done.stderr


def test_a_profile_that_does_not_start_is_loud_and_the_others_go_on():
    done = compare("--profile", "session,token", "--only", "code", TOKEN_EXPIRE_TIME="soon")
    assert done.returncode == 1
    assert "TOKEN_EXPIRE_TIME='soon' can't be used" in " ".join(done.stdout.split())
    assert "Not compared: token" in done.stderr
    assert "code-settings" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "cookie"], "'cookie' can't be used. Accepted: session, token"),
        (["--only", "wire,luck"], "'wire,luck' can't be used. Accepted: wire, server"),
        (["--profile", ","], "can't be used"),
        (["--from", "nowhere.json"], "'nowhere.json' can't be read"),
        (["--check", "README.md"], "'README.md' is no saved run"),
        (["--format", "pdf"], "invalid choice"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_line(arguments, said):
    done = compare(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("moment", ["preparing", "running"])
def test_ctrl_c_leaves_no_process_and_no_file_behind(tmp_path, moment):
    command = [sys.executable, "-u", "manage.py", "compare", "--profile", "token,jwt,oauth2-stock", "--only", "attack"]
    environment = os.environ | SETTINGS | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        said = run.stderr.readline()
        while moment == "running" and "attack" not in said:
            said = run.stderr.readline()
            assert said
        assert list(tmp_path.iterdir())
        run.send_signal(signal.SIGINT)
        _, rest = run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == 130, rest
    assert "nothing is left behind" in rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []
    assert not [line for line in processes() if str(tmp_path) in line]


def processes() -> list[str]:
    """What every process was started with, where the system tells: the sites' database is in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            found.append(entry.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [line for line in found if "LAB_KEY" in line]


@ONE_RUN
def test_a_run_by_hand_needs_no_secret_from_the_environment(saved):
    """The engine makes its own keys: nothing of the surrounding environment counts."""
    bare = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "SECRET_KEY", "DATABASE_URL")}
    done = subprocess.run(
        [sys.executable, "manage.py", "compare", "--from", str(saved), "--format", "markdown"],
        cwd=ROOT, env=bare | {"TMPDIR": tempfile.gettempdir()}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("#")
