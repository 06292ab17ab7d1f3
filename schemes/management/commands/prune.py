"""`manage.py prune`: delete what has expired. Expiry is enforced at use; this only gives the space back.

It may run while the site serves, and twice at once.
"""

import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from project.accounts import credentials
from schemes import SCHEMES

MOMENT = 1.0
"""Seconds that a batch should take: for so long SQLite has no other writer."""
PAUSE = 0.1
"""Seconds between batches: whoever waits for SQLite asks every 100 ms, and then has its turn."""
FEWEST, MOST = 100, 100_000
"""Rows in a batch. The larger, the less is written: a digest is anywhere in its index, so a batch touches most of its pages."""


def in_batches(expired: QuerySet[Any]) -> Iterator[int]:
    """Delete the rows of an ordered queryset from its start, each batch a transaction; how many went with it.

    A batch is as large as the last one says that a moment allows.
    Rows that somebody else holds are left to them: a refresh under way, or another prune.
    """
    size = 1000
    while True:
        began = time.monotonic()
        with transaction.atomic():
            batch = expired.select_for_update(skip_locked=True).values("pk")[:size]
            rows = expired.model._default_manager.filter(pk__in=batch)
            gone, _ = getattr(rows, "prune", rows.delete)()
        if not gone:
            return
        took = time.monotonic() - began
        yield gone
        size = int(min(max(size * MOMENT / took, size / 2, FEWEST), size * 2, MOST))
        rest()


def rest() -> None:
    """Let others write. SQLite brings its log back into the file meanwhile, which hinders nobody."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
    time.sleep(PAUSE)


class Command(BaseCommand):
    help = "Delete what has expired: credentials of every scheme, counters of wrong passwords. Run it once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many sign-ins and counters would go")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        try:
            self.clear(dry_run)
        except DatabaseError as error:
            said = str(error).strip().partition("\n")[0]
            raise CommandError(
                f"The database does not let this be done: {said}. What is gone stays gone; run it again."
            ) from error

    def clear(self, dry_run: bool) -> None:
        expired = {name: import_module(f"schemes.{name}.authentication").expired() for name in SCHEMES}
        expired["wrong passwords"] = [credentials.expired()]
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA cache_size = -200000")  # kB: a batch touches many pages
            connection.cursor().execute("PRAGMA wal_autocheckpoint = 0")  # not while others wait, but in `rest`
        went = {}
        with Telling(Console(stderr=True)) as telling:
            for name, parts in expired.items():
                found, gone = sum(part.count() for part in parts), 0
                for batch in () if dry_run else (batch for part in parts for batch in in_batches(part)):
                    gone += batch
                    telling(name, gone, found)
                went[name] = found if dry_run else gone
        for name, rows in went.items():
            self.stdout.write(f"{name}: {rows}")
        if not dry_run:
            call_command("clearsocial", age=1)  # sign-ins that were left at a provider


class Telling:
    """Progress: a line for each scheme in a terminal; elsewhere a line now and then, so that a log shows that it lives."""

    EVERY = 5
    """Seconds between lines where there is no terminal."""

    def __init__(self, console: Console) -> None:
        columns = TextColumn("{task.description:>15}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn()
        self.progress = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
        self.tasks: dict[str, Any] = {}
        self.last = time.monotonic()

    def __enter__(self) -> "Telling":
        self.progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.progress.stop()

    def __call__(self, name: str, gone: int, found: int) -> None:
        if name not in self.tasks:
            self.tasks[name] = self.progress.add_task(name, total=found)
        self.progress.update(self.tasks[name], completed=gone)
        if not self.progress.console.is_terminal and time.monotonic() - self.last > self.EVERY:
            self.last = time.monotonic()
            self.progress.console.print(f"{name}: {gone} of {found}", highlight=False)
