"""How many SQL statements a request costs, in each profile, counted in a process of that profile."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from project.compare.servers import ROOT, SETTINGS

SCRIPT = Path(__file__).with_name("queries.py")


@pytest.fixture
def counted(sites, profile) -> dict[str, list[str]]:
    environment = os.environ | SETTINGS | {"DEBUG": "1", "AUTH_PROFILE": profile, "DATABASE_URL": sites.database.copy()}
    code = f"exec(compile(open({str(SCRIPT)!r}).read(), 'queries.py', 'exec'))"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.partition("counted: ")[2])["queries"]


LOGIN = {"session": 5, "token": 5, "jwt": 5, "oauth2": 8}
"""Two of each are the gate's; the toolkit looks for the application, and makes two tokens and their family."""


def test_one_query_authenticates_a_read_takes_three_and_a_sign_in_a_few(counted, profile):
    transactions = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    figures = {verb: len([s for s in sql if not s.startswith(transactions)]) for verb, sql in counted.items()}
    print(f"{profile}: {figures}")  # `pytest -rP tests/schemes/test_queries.py` shows them
    assert figures["authenticate"] == 1, counted["authenticate"]
    assert '"accounts_user"' in counted["authenticate"][0]
    assert figures["read"] == 3, counted["read"]
    assert figures["login"] == LOGIN[profile], "\n".join(counted["login"])
