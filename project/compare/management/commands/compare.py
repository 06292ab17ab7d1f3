"""`manage.py compare`: every profile started for real, the same events fired at each, the outcome measured."""

import sys
import tempfile
import threading
import time
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from project.compare import engine
from project.compare.report import FORMATS, check, document, terminal
from project.compare.results import GROUPS, Comparison
from project.compare.servers import heed_interrupts, heed_no_more_interrupts
from project.settings.env import LOCAL_SECRETS
from schemes import PROFILES, SCHEMES

ROWS = {row.id: row.group for row in engine.rows(set(GROUPS), quick=False)}
"""What can be asked -> its group."""
LAST = LOCAL_SECRETS / "comparison.json"
INTERRUPTED = 130
"""What a shell calls a program that Ctrl-C ended."""


class Command(BaseCommand):
    help = (
        "Start every profile on this machine, put the same questions and attacks to each, and show the outcomes side by side. "
        "Exit status 1: a profile could not be compared, or --check found a change."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        saved = saved_as(document.loads)
        parser.add_argument(
            "--profile",
            type=words(PROFILES),
            metavar="A,B",
            help=f"some of {', '.join(PROFILES)} (all; with --quick the first four)",
        )
        parser.add_argument("--only", type=words(GROUPS), metavar="A,B", help=f"some of {', '.join(GROUPS)} (all)")
        parser.add_argument("--row", type=words(ROWS), metavar="P18,B", help="these questions alone, by their ids")
        parser.add_argument("--quick", action="store_true", help="the four schemes in a minute: no load, fewer sign-ins")
        parser.add_argument("--format", choices=["table", *FORMATS], default="table")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
        parser.add_argument("--explain", action="store_true", help="for each outcome that hardening changes: what cures it")
        parser.add_argument(
            "--check", type=saved, metavar="JSON", help="fail on whatever differs from a saved run, times aside"
        )
        parser.add_argument("--from", dest="saved", type=saved, metavar="JSON", help="show a saved run instead of running")

    def handle(self, *args: Any, saved: Comparison | None, check: Comparison | None, **options: Any) -> None:
        profiles = options["profile"] or (SCHEMES if options["quick"] else tuple(PROFILES))
        rows = options["row"] or ()
        groups = options["only"] or tuple(dict.fromkeys(ROWS[row] for row in rows)) or tuple(GROUPS)
        told = Console(stderr=True)
        comparison = saved or self.run(told, list(profiles), set(groups), options["quick"], rows)
        if not (saved or options["profile"] or options["only"] or rows):
            keep(comparison, told)
        self.show(comparison, options)
        failed = [profile.name for profile in comparison.profiles if profile.failed]
        if check:
            check.rows = [row for row in check.rows if not rows or row.id in rows]
            self.compare_with(check, comparison, set(profiles), set(groups), options["quick"])
        if failed:
            raise CommandError(f"Not compared: {', '.join(failed)}. The table says why.")

    def run(self, told: Console, profiles: list[str], groups: set[str], quick: bool, rows: tuple[str, ...]) -> Comparison:
        """A whole run, with its progress on the standard error."""
        heed_interrupts()
        try:
            with Telling(told, profiles) as telling:
                return engine.compare(profiles, groups, quick, telling, rows)
        except KeyboardInterrupt:
            told.print("Interrupted; nothing is left behind.")
            sys.exit(INTERRUPTED)
        finally:
            heed_no_more_interrupts()

    def show(self, comparison: Comparison, options: dict[str, Any]) -> None:
        output: Path | None = options["output"]
        if options["format"] != "table":
            text = FORMATS[options["format"]](comparison)
            if output:
                output.write_text(text, encoding="utf-8")
            else:
                self.stdout.write(text, ending="")
            return
        if not output:
            terminal.show(Console(), comparison, explain=options["explain"])
            return
        with output.open("w", encoding="utf-8") as file:
            terminal.show(Console(file=file), comparison, explain=options["explain"])

    def compare_with(self, old: Comparison, new: Comparison, profiles: set[str], groups: set[str], quick: bool) -> None:
        """Raises CommandError where anything changed."""
        if quick:  # what was not asked did not change
            old.rows = [row for row in old.rows if row.id not in engine.QUICK]
        differences = check.differences(old, new, profiles, groups)
        for difference in differences:
            self.stderr.write(str(difference))
        if differences:
            raise CommandError(f"{len(differences)} outcomes differ from those saved on {old.made} at {old.commit}.")
        asked = f"{len(new.rows)} questions to {len(new.profiles)} profiles"
        self.stderr.write(f"As saved on {old.made} at {old.commit}: in {asked} no verdict, status, count or word differs.")


def keep(comparison: Comparison, told: Console) -> None:
    """The last whole run of this machine, for `/compare/?run=here`: one that neither profiles nor groups nor rows narrowed."""
    try:
        LAST.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=LAST.parent, encoding="utf-8", delete=False) as file:
            file.write(FORMATS["json"](comparison))
        Path(file.name).replace(LAST)  # whoever reads meanwhile reads a whole one
    except OSError as error:
        told.print(f"This run could not be kept for /compare/?run=here: {error}", highlight=False)


class Telling:
    """Progress: a line for each profile in a terminal; elsewhere a line now and then, so that a log shows that it lives."""

    EVERY = 10
    """Seconds between lines where there is no terminal."""

    def __init__(self, console: Console, profiles: list[str]) -> None:
        self.console = console
        self.progress = Progress(
            TextColumn("{task.fields[profile]:>13}"),
            BarColumn(20),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self.profiles = profiles
        self.tasks: dict[str, TaskID] = {}
        self.last = 0.0
        self.lock = threading.Lock()

    def __enter__(self) -> "Telling":
        self.progress.start()
        total = len(engine.rows(set(GROUPS), quick=False))
        self.tasks[""] = self.progress.add_task("", profile="all", total=None)
        for name in self.profiles:
            self.tasks[name] = self.progress.add_task("waits", profile=name, total=total)
        return self

    def __exit__(self, *error: object) -> None:
        self.progress.stop()

    def __call__(self, profile: str, line: str) -> None:
        self.progress.update(self.tasks[profile], description=line, advance=1)
        with self.lock:
            if not self.console.is_terminal and time.monotonic() - self.last > self.EVERY:
                self.last = time.monotonic()
                self.console.print(f"{profile or 'all'}: {line}", highlight=False)


def words(known: Any) -> Any:
    """Words separated by commas, each of them known."""

    def read(text: str) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
        unknown = [word for word in words if word not in known]
        if unknown or not words:
            raise ArgumentTypeError(f"{text!r} can't be used. Accepted: {', '.join(known)}, separated by commas.")
        return words

    return read


def saved_as(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The path of a saved run, as an argument."""

    def load(path: str) -> Any:
        try:
            return read(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise ArgumentTypeError(f"{path!r} can't be read: {error.strerror}.") from error
        except ValueError as error:
            raise ArgumentTypeError(f"{path!r} is no saved run: {error}") from error

    return load
