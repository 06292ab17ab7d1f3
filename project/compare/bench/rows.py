"""A database as it is after a million sign-ins, made in seconds: in SQLite's own words, without a model in between."""

import sqlite3
from contextlib import closing
from pathlib import Path

from project.compare.laboratory import NAMES
from schemes import SCHEMES
from schemes.story import DEMO

LABEL = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
"""What a browser says of itself: rows are as wide as real ones."""
DAY = 86_400
NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows)"
SIGN_INS = f"""{NUMBERS}, sign_ins AS (
    SELECT n, datetime('now', '-15 days') || '.000000' AS created, id AS user_id,
        strftime('%Y-%m-%d %H:%M:%f000', 'now', iif(n <= :expired, n - :expired - 1, {DAY} + n) || ' seconds') AS expires
    FROM numbers JOIN {{people}} ON username = 'member' || (1 + n % :users)
)"""  # noqa: S608
"""One after the other, a second apart: the older ones are over, the younger ones have a day and more to live."""
DIGEST = "lower(hex(randomblob(32)))"
UUID = "lower(hex(randomblob(16)))"
FAMILY = "printf('%012x7', (julianday(created) - 2440587.5) * 86400000 + n) || substr(lower(hex(randomblob(10))), 1, 19)"
"""One that begins with its time, as `schemes.oauth2.models.new_family` makes them."""
OWN = {"created": "created", "last_used": "created", "label": ":label", "user_id": "user_id"}
TOKEN = {
    "token": "''",
    "token_checksum": DIGEST,
    "created": "created",
    "updated": "created",
    "resource": "'[]'",
    "application_id": ":application",
    "user_id": "user_id",
}
TABLES: dict[str, dict[str, dict[str, str]]] = {
    "session": {
        "session_credential": OWN | {"expire_date": "expires", "session_key": DIGEST, "session_data": "hex(randomblob(150))"}
    },
    "token": {"token_credential": OWN | {"expires": "expires", "digest": DIGEST}},
    "jwt": {"jwt_credential": OWN | {"expires": "expires", "jti": UUID}},
    "knox": {
        "knox_authtoken": {
            "digest": "lower(hex(randomblob(64)))",
            "token_key": "substr(lower(hex(randomblob(8))), 1, 15)",
            "created": "created",
            "expiry": "expires",
            "user_id": "user_id",
        }
    },
    "drf-session": {
        "django_session": {"session_key": UUID, "session_data": "hex(randomblob(150))", "expire_date": "expires"},
    },
    "simplejwt-blacklist": {
        "token_blacklist_outstandingtoken": {
            "jti": UUID,
            "token": "hex(randomblob(120))",
            "created_at": "created",
            "expires_at": "expires",
            "user_id": "user_id",
        }
    },
    "toolkit": {
        "oauth2_provider_accesstoken": TOKEN | {"id": ":access_token + n", "expires": "expires", "scope": "'read write'"},
        "oauth2_provider_refreshtoken": TOKEN | {"access_token_id": ":access_token + n", "token_family": UUID},
    },
    "oauth2": {
        "oauth2_provider_accesstoken": TOKEN | {"id": ":access_token + n", "expires": "expires", "scope": "'read write'"},
        "oauth2_credential": OWN
        | {
            "expires": "expires",
            "token_family": FAMILY,
            "access_token_id": ":access_token + n",
            "application_id": ":application",
            "scope": "'read write'",
        },
        "oauth2_provider_refreshtoken": TOKEN
        | {
            "access_token_id": ":access_token + n",
            "token_family": "(SELECT token_family FROM oauth2_credential WHERE access_token_id = :access_token + n)",
        },
    },
}
"""Scheme, or stock peer -> the tables that a sign-in adds a row to -> column -> what stands there."""


def fill(database: Path, scheme: str, credentials: int, expired: int = 0, users: int = 1000) -> None:
    """Add sign-ins to a SQLite database that is migrated and seeded, and that nobody has open.

    The first `expired` of them are over, an even share belongs to each of `users`: `member1`, `member2`, …, who have the
    password of `student01`. What the secrets were nobody knows; whoever wants to use one signs in.
    """
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=MEMORY")  # who loses this database makes it anew
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-500000")
        people = "accounts_user" if scheme in SCHEMES else "auth_user"
        _members(connection, people, users)
        values = {"rows": credentials, "expired": expired, "users": users, "label": LABEL}
        if scheme in ("oauth2", "toolkit"):
            last = connection.execute("SELECT coalesce(max(id), 0) FROM oauth2_provider_accesstoken").fetchone()[0]
            known = "SELECT id FROM oauth2_provider_application WHERE client_id = ?"
            application = connection.execute(known, [DEMO["client_id"]]).fetchone()[0]
            values |= {"access_token": last, "application": application}
        for table, columns in TABLES[scheme].items():
            insert = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM sign_ins"  # noqa: S608
            connection.execute(SIGN_INS.format(people=people) + insert, values)
        connection.commit()


def _members(connection: sqlite3.Connection, people: str, users: int) -> None:
    """Copies of student01 under other names."""
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({people})") if name != "id"]
    copied = [f"replace({name}, 'student01', 'member' || n)" if name in NAMES else name for name in columns]
    insert = f"{NUMBERS} INSERT OR IGNORE INTO {people} ({', '.join(columns)}) SELECT {', '.join(copied)} "
    connection.execute(insert + f"FROM numbers JOIN {people} ON username = 'student01'", {"rows": users})
