"""What has expired goes, with all that hangs on it, and nothing else does; whoever writes meanwhile hardly waits."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

from project.compare.bench.rows import fill
from project.compare.servers import ROOT, SETTINGS, manage, running
from schemes import SCHEMES
from schemes.management.commands.prune import in_batches
from schemes.story import READ, VOTE
from tests.conftest import HURRY

FAMILIES = {"oauth2_credential", "oauth2_provider_accesstoken", "oauth2_provider_refreshtoken"}
TABLES = {"session": {"session_credential"}, "token": {"token_credential"}, "jwt": {"jwt_credential"}, "oauth2": FAMILIES}


@pytest.fixture(scope="module")
def seeded(sites) -> Path:
    if sites.database.server:
        pytest.skip("rows are made in SQLite's words")
    address = sites.database.copy()
    manage(["seed_demo", "--students", "1"], {"DEBUG": "1", "DATABASE_URL": address})
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture
def database(seeded, tmp_path) -> Path:
    """A database of one's own, with student01, of whom others are made."""
    return shutil.copy(seeded, tmp_path / "database")


def ask(database: Path, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(database, timeout=30)) as own:
        return own.execute(statement).fetchall()


def counted(database: Path, scheme: str) -> dict[str, int]:
    return {table: ask(database, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES[scheme]}  # noqa: S608


def prune(database: Path, *arguments: str) -> str:
    return manage(["prune", *arguments], {"DEBUG": "1", "DATABASE_URL": f"sqlite:///{database}"})


def begin(database: str) -> subprocess.Popen[str]:
    """The command in a process of its own, as from a shell."""
    command = [sys.executable, "manage.py", "prune"]
    settings = os.environ | SETTINGS | {"DEBUG": "0", "LAB": "1", "SECRET_KEY": "s" * 64, "JWT_SIGNING_KEY": "j" * 64}
    settings |= {"DATABASE_URL": database}
    return subprocess.Popen(command, cwd=ROOT, env=settings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def gone(process: subprocess.Popen[str]) -> dict[str, int]:
    """How many of each a process says that it deleted."""
    said, failed = process.communicate(timeout=600)
    assert process.returncode == 0, failed
    return {name: int(number) for name, number in re.findall(r"^(.+): (\d+)$", said, re.M)}


def test_what_has_expired_goes_with_all_its_tokens_and_what_lives_stays(database):
    for scheme in SCHEMES:
        fill(database, scheme, credentials=700, expired=450, users=10)
        assert set(counted(database, scheme).values()) == {700}
    said = {"none": prune(database, "--dry-run"), "first": "", "second": ""}
    assert {number for scheme in SCHEMES for number in counted(database, scheme).values()} == {700}
    said |= {"first": prune(database), "second": prune(database)}
    for scheme in SCHEMES:
        assert f"{scheme}: 450\n" in said["none"]
        assert f"{scheme}: 450\n" in said["first"]
        assert f"{scheme}: 0\n" in said["second"]
        assert set(counted(database, scheme).values()) == {250}
        expires = "expire_date" if scheme == "session" else "expires"
        assert ask(database, f"SELECT count(*) FROM {scheme}_credential WHERE {expires} > datetime('now')") == [(250,)]  # noqa: S608
    assert ask(database, "PRAGMA foreign_key_check") == []


def test_families_that_were_renewed_used_codes_and_got_id_tokens_leave_nothing_behind(sites):
    """Real ones, by every grant there is; then time passes."""
    site = sites("oauth2", OIDC_ENABLED="1", OWN="prune")
    url = {"DEBUG": "1", "DATABASE_URL": site.environment["DATABASE_URL"]}
    code = """if True:
        from datetime import timedelta
        from uuid import uuid4
        from django.utils import timezone
        from oauth2_provider.models import AccessToken, Application, Grant, IDToken, RefreshToken
        from project.accounts.models import Guesses, User
        from schemes.oauth2.models import Credential
        user, application, now = User.objects.get(username="bob"), Application.objects.first(), timezone.now()
        for days in (-1, 1):
            common = dict(user=user, application=application, expires=now + timedelta(days), scope="read")
            family = uuid4()
            known = IDToken.objects.create(**common)
            access = AccessToken.objects.create(token=f"access{days}", id_token=known, **common)
            tokens = dict(user=user, application=application, token_family=family)
            used = RefreshToken.objects.create(token=f"used{days}", revoked=now, **tokens)
            RefreshToken.objects.create(token=f"next{days}", access_token=access, **tokens)
            AccessToken.objects.filter(pk=access.pk).update(source_refresh_token=used)
            Credential.objects.create(token_family=family, access_token=access, **common)
            Credential.objects.create(token_family=uuid4(), access_token=None, **common)
            Grant.objects.create(code=f"code{days}", redirect_uri="https://a.example/", **common)
            Guesses.objects.create(key=f"key{days}", failures=3, last=now + timedelta(days))
    """
    look = "; ".join([
        "from oauth2_provider.models import *", "from schemes.oauth2.models import Credential",
        "from project.accounts.models import Guesses",
        "print('left', *[m.objects.count() for m in (Credential, AccessToken, RefreshToken, IDToken, Grant, Guesses)])",
    ])  # fmt: skip

    def left() -> list[int]:
        return [int(word) for word in manage(["shell", "-v0", "-c", look], url).partition("left ")[2].split()]

    before = left()
    manage(["shell", "-v0", "-c", code], url)
    assert [now - then for now, then in zip(left(), before, strict=True)] == [4, 2, 4, 2, 2, 2]
    said = manage(["prune"], url)
    assert "oauth2: 3\n" in said
    assert "wrong passwords: 1\n" in said
    assert [now - then for now, then in zip(left(), before, strict=True)] == [2, 1, 2, 1, 1, 1]


def test_a_database_that_does_not_let_it_is_told_in_a_sentence(tmp_path):
    pruning = begin(f"sqlite:///{tmp_path / 'empty'}")
    _, said = pruning.communicate(timeout=60)
    assert pruning.returncode == 1
    assert said.splitlines()[-1].startswith("CommandError: The database does not let this be done: no such table: ")
    assert "Traceback" not in said


def test_two_at_once_share_the_work(database):
    for scheme in SCHEMES:
        fill(database, scheme, credentials=8_000, expired=6_000, users=10)
    both = [begin(f"sqlite:///{database}") for _ in range(2)]
    went = [gone(one) for one in both]
    for scheme in SCHEMES:
        assert sum(one[scheme] for one in went) == 6_000
        assert set(counted(database, scheme).values()) == {2_000}
    assert ask(database, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("profile", ["token", "oauth2"])
def test_a_site_serves_meanwhile(database, profile, client_of):
    """Reads, votes, renewals and sign-ins go on, while twenty thousand of others go."""
    fill(database, profile, credentials=25_000, expired=20_000, users=10)
    with running(profile, {"DEBUG": "1", "DATABASE_URL": f"sqlite:///{database}"} | HURRY) as site:
        alice = client_of(site)
        assert alice.login().status_code == 200
        pruning = begin(f"sqlite:///{database}")
        while counted(database, profile)[f"{profile}_credential"] > 24_500:  # it has begun
            assert pruning.poll() is None
        rounds = 0
        while pruning.poll() is None or not rounds:
            assert alice.ask("GET", READ).status_code == 200
            assert alice.ask("PUT", VOTE, json={"choice": 1}).status_code == 200
            if alice.scheme.refresh:
                assert alice.do(alice.scheme.refresh).status_code == 200
            assert client_of(site).login("alice").status_code == 200
            rounds += 1
        assert gone(pruning)[profile] == 20_000
        assert alice.ask("GET", READ).status_code == 200
    assert counted(database, profile)[f"{profile}_credential"] == 5_000 + 1 + rounds
    assert ask(database, "PRAGMA foreign_key_check") == []


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_statement_of_it_finds_its_rows_by_an_index(scheme):
    if connection.vendor != "sqlite":
        pytest.skip("the plan is SQLite's")
    statements = []

    def heard(execute, sql, params, many, context):
        statements.append((sql, params))
        return execute(sql, params, many, context)

    for expired in import_module(f"schemes.{scheme}.authentication").expired():
        with connection.execute_wrapper(heard):
            assert list(in_batches(expired)) == []
    assert statements
    for sql, params in statements:
        if sql.startswith(("SELECT", "DELETE")):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
                plan = [row[-1] for row in cursor.fetchall()]
            grants = "oauth2_provider_grant" in sql  # the oldest first: expired ones are the start of the table
            assert grants or all(
                ("SEARCH" in step and "INDEX" in step) or "PRIMARY KEY" in step or "LIST" in step for step in plan
            ), (sql, plan)


MILLION = {"session": 1_000_000, "token": 1_000_000, "jwt": 1_000_000, "oauth2": 333_333}
"""Sign-ins that are a million rows: one of oauth2 is three."""


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_half_a_million_rows_of_a_million_go_in_fifteen_seconds_and_a_writer_hardly_waits(database, scheme):
    fill(database, scheme, credentials=MILLION[scheme], expired=MILLION[scheme] // 2, users=1000)
    quiet = database.with_name("quiet")
    shutil.copy(database, quiet)
    began = time.monotonic()
    assert gone(begin(f"sqlite:///{quiet}"))[scheme] == MILLION[scheme] // 2
    took = time.monotonic() - began
    quiet.unlink()

    pruning, waits = begin(f"sqlite:///{database}"), []
    with closing(sqlite3.connect(database, isolation_level=None, timeout=20)) as writer:
        while pruning.poll() is None:
            asked = time.monotonic()
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE polls_choice SET votes = votes WHERE id = 1")
            writer.execute("COMMIT")
            waits.append(time.monotonic() - asked)
            time.sleep(0.02)
    assert gone(pruning)[scheme] == MILLION[scheme] // 2
    print(f"{scheme}: {took:.1f} s; of {len(waits)} writes meanwhile the longest took {max(waits):.2f} s")
    assert took < 15
    assert max(waits) < 2
