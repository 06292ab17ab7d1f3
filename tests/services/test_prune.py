"""`manage.py prune` on PostgreSQL: two at once, and around whoever holds a row."""

import os
import re
import subprocess
import sys

import psycopg
import pytest

from project.compare.servers import ROOT, SETTINGS, manage
from tests.services.servers import NEEDED, Postgres, missing, started

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(bool(missing()), reason=f"no {', '.join(missing())} here; this group needs {NEEDED}"),
]
FAMILIES = 5_000
COMMON = """(SELECT id FROM accounts_user WHERE username = 'bob'), (SELECT min(id) FROM oauth2_provider_application), now()
    FROM generate_series(1, %s) n"""
TABLES = {
    "oauth2_provider_accesstoken": """(id, token, token_checksum, expires, scope, resource, updated, user_id,
        application_id, created)
        SELECT 1000000 + n, '', 'a' || n, now() - interval '1 hour', 'read', '[]', now(), """,
    "oauth2_provider_refreshtoken": """(access_token_id, token_family, token, token_checksum, resource, updated, user_id,
        application_id, created) SELECT 1000000 + n, md5(n::text)::uuid, '', 'r' || n, '[]', now(), """,
    "oauth2_credential": """(access_token_id, token_family, expires, scope, label, last_used, user_id, application_id, created)
        SELECT 1000000 + n, md5(n::text)::uuid, now() - n * interval '1 second', 'read', '', now(), """,
}


@pytest.fixture
def database():
    with started(Postgres) as server:
        settings = {"DEBUG": "1", "DATABASE_URL": server.url()}
        manage(["migrate", "--no-input", "-v0"], settings)
        manage(["seed_demo"], settings)
        with psycopg.connect(server.url()) as connection:
            for table, columns in TABLES.items():
                connection.execute(f"INSERT INTO {table} {columns} {COMMON}", [FAMILIES])
        yield server.url()


def counts(database: str) -> set[int]:
    with psycopg.connect(database) as connection:
        return {connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}  # noqa: S608


def test_two_at_once_share_the_work_and_leave_out_what_somebody_holds(database):
    settings = os.environ | SETTINGS | {"DEBUG": "1", "DATABASE_URL": database}
    with psycopg.connect(database) as refresh:
        refresh.execute("SELECT * FROM oauth2_credential ORDER BY expires LIMIT 3 FOR UPDATE")
        command = [sys.executable, "manage.py", "prune"]
        both = [subprocess.Popen(command, cwd=ROOT, env=settings, text=True, stdout=subprocess.PIPE) for _ in range(2)]
        said = [process.communicate(timeout=120)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0]
        shares = [int(re.search(r"^oauth2: (\d+)$", text, re.M).group(1)) for text in said]
        assert sum(shares) == FAMILIES - 3
        assert counts(database) == {3}
    assert "oauth2: 3\n" in manage(["prune"], {"DEBUG": "1", "DATABASE_URL": database})
    assert counts(database) == {0}
