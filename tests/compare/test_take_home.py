"""What is taken home works at home: each block, as its page prints it, at the end of the files of a fresh project."""

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from project.compare.pages.take_home import BEFORE, CLOSES, COSTS, PACKAGES, PARTLY
from schemes import SCHEMES

HERE = Path(__file__).parent
OURS = {"DEBUG", "AUTH_PROFILE", "DATABASE_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE"}
NAMED = {"security.W004", "security.W008", "security.W009", "security.W018", "security.W020"}
"""HSTS, HTTPS, SECRET_KEY, DEBUG, ALLOWED_HOSTS: what every new project has to change before it is deployed."""
COOKIES = {"security.W012", "security.W016"}
"""The Secure flag of the cookies."""


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


def printed(scheme: str) -> dict[str, str]:
    """The blocks of the page, as whoever copies them gets them."""
    shown = Client().get(f"/compare/take-home/{scheme}/").content.decode()
    return {name: unescape(text) for name, text in re.findall(r'<code id="(\w+)">(.*?)</code>', shown, re.DOTALL)}


def test_the_block_works_in_a_fresh_project(scheme, tmp_path):
    blocks = printed(scheme)
    start = blocks["install"].splitlines()[-1].split()
    assert start == ["django-admin", "startproject", "mysite", "."]
    call_command("startproject", "mysite", str(tmp_path))
    for name in ("settings", "urls"):
        with (tmp_path / "mysite" / f"{name}.py").open("a") as file:
            file.write(f"\n{blocks[name]}")
    lines = blocks["commands"].splitlines()
    assert [line for line in lines if not line.startswith("python manage.py ")] == BEFORE.get(scheme, [])
    told = at_home(tmp_path, scheme, [line.split()[2:] for line in lines if line.startswith("python manage.py ")])
    assert set(re.findall(r"\((\w+\.[A-Z]\d+)\)", told.pop("check"))) <= NAMED | COOKIES | {"oauth2_provider.W008"}
    assert told.pop("opens") == [200, {"username": "alice"}]
    assert told.pop("without") in (401, 403)
    said = dict.fromkeys(CLOSES.get(scheme, {}) | COSTS.get(scheme, {}), True)
    said |= {row: {"refused": True, "left": True} for row in PARTLY.get(scheme, {})}
    assert told == said, "what the page says that the block closes, closes in part, and makes worse"


def at_home(folder: Path, scheme: str, commands: list[list[str]]) -> dict[str, Any]:
    """What `at_home.py` found, in an interpreter that knows nothing of this project."""
    home = {name: value for name, value in os.environ.items() if name not in OURS}
    home |= {"JWT_SIGNING_KEY": "k" * 64, "DJANGO_SUPERUSER_PASSWORD": "Sesame-Open-42", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, str(HERE / "at_home.py"), scheme, json.dumps(commands)],
        cwd=folder, env=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_packages_are_those_that_run_here(scheme):
    install = printed(scheme)["install"]
    for name in PACKAGES[scheme]:
        version = re.search(rf"^{name}==(\S+)", (HERE.parents[1] / "requirements.txt").read_text(), re.MULTILINE)[1]
        assert f" {name}=={version}" in install


def test_every_row_is_listed_once_by_what_the_block_does_to_it(scheme, client):
    shown = client.get(f"/compare/take-home/{scheme}/").content.decode()
    parts = re.split(r'<h2 id="(closed|partly|costs|open)">', shown)
    listed = {
        name: re.findall(r'href="/compare/([^/"]+)/#\w+-stock"', part)
        for name, part in zip(parts[1::2], parts[2::2], strict=True)
    }
    for name, told in {"closed": CLOSES, "partly": PARTLY, "costs": COSTS}.items():
        assert set(listed.get(name, [])) == set(told.get(scheme, {}))
    assert {"P08", "time-other", "time-all"} <= set(listed["open"])
    rows = [row for part in listed.values() for row in part]
    assert len(rows) == len(set(rows))
    for row in rows:
        assert client.get(f"/compare/{row}/").status_code == 200
    cures = re.findall(r'<p class="cure">(.*?)</p>', shown)
    for path in re.findall(r"<code>([\w/]+\.py)</code>", "".join(cures)):
        assert (HERE.parents[1] / path).exists()
