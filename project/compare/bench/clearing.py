"""Clearing: how long what has expired takes to go, beside the commands of the stock libraries."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import closing

from project.compare.bench import rows
from project.compare.bench.requests import Tell
from project.compare.bench.results import Figure, Group, Measure
from project.compare.bench.sites import Bench, Wrong, environment
from project.compare.servers import ROOT
from schemes import SCHEMES

MANY, SLOWEST = 1_000_000, 100_000
"""Sign-ins of which half are over; those of a command that would take minutes."""
COMMANDS = {
    **dict.fromkeys(SCHEMES, ("prune", MANY)),
    "drf-session": ("clearsessions", MANY),
    "simplejwt-blacklist": ("flushexpiredtokens", MANY),
    "toolkit": ("cleartokens", SLOWEST),
}
"""Site -> its command, and how many sign-ins there are. knox and REST framework's token have none: what is over stays."""
PRUNE = Group(
    "Clear what has expired",
    "Half of so many sign-ins are over; the command deletes them, in real seconds, on SQLite, its own start included.",
    {
        "rows": Measure("sign-ins", "", digits=0),
        "seconds": Measure("seconds", "s", digits=1),
        "each": Measure("for each 100,000 that go", "s", digits=1),
    },
)


def measure(bench: Bench, names: Collection[str], tell: Tell) -> Iterator[Figure]:
    """Raises Wrong where a command leaves what is over, or takes what is not."""
    for name in names:
        command, number = COMMANDS[name]
        tell(f"{name}: {command} with {number:,} sign-ins")
        database = bench.database(name)
        rows.fill(database, name, number, expired=number // 2)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "django", command],
            cwd=ROOT,
            env=os.environ | environment(name, database),
            check=True,
            capture_output=True,
        )
        seconds = time.perf_counter() - began
        with closing(sqlite3.connect(database)) as connection:
            table = next(iter(rows.TABLES[name]))
            (left,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        gone = number - left
        if abs(gone - number // 2) > number // 100:
            raise Wrong(f"{name}: of {number // 2:,} that were over, {command} deleted {gone:,}.")
        yield Figure("prune", name, "rows", number)
        yield Figure("prune", name, "seconds", seconds)
        yield Figure("prune", name, "each", seconds / gone * 100_000)
        database.unlink()
