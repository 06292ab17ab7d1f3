"""`manage.py bench`: what a request costs, of our profiles and of stock ones, as ratios to a floor of the same run."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from project.compare.bench import limits, report, results
from project.compare.bench.groups import GROUPS, QUICK
from project.compare.bench.results import Run
from project.compare.bench.run import everything, run
from project.compare.bench.sites import Wrong
from project.compare.management.commands.compare import INTERRUPTED, saved_as, words
from project.compare.servers import DoesNotRun, heed_interrupts, heed_no_more_interrupts


class Command(BaseCommand):
    help = (
        "Measure what a read and a sign-in cost in every profile, beside the stock libraries. "
        "Exit status 1: a site answers wrongly, or --check found a rise or a goal that is not kept."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", type=words(GROUPS), metavar="A,B", help=f"some of {', '.join(GROUPS)} (all)")
        parser.add_argument("--site", type=words(everything()), metavar="A,B", help="these alone, beside the floor")
        parser.add_argument("--quick", action="store_true", help=f"the short form: {', '.join(QUICK)}, of our profiles alone")
        parser.add_argument("--format", choices=["table", "json", "markdown"], default="table")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
        parser.add_argument("--quote", type=Path, metavar="FILE", help="write the tables that this Markdown file quotes anew")
        parser.add_argument(
            "--check",
            type=saved_as(results.loads),
            metavar="JSON",
            help="fail where a figure is more than 10 %% above that of a saved run, or a goal is not kept",
        )
        parser.add_argument(
            "--from", dest="saved", type=saved_as(results.loads), metavar="JSON", help="show a saved run instead of running"
        )

    def handle(self, *args: Any, saved: Run | None, check: Run | None, **options: Any) -> None:
        groups = options["only"] or (QUICK if options["quick"] else tuple(GROUPS))
        found = saved or self.run(groups, options["quick"], options["site"] or ())
        if not found.figures:
            raise CommandError(" ".join(["Nothing was measured.", *found.notes]))
        if quoting := options["quote"]:
            quoting.write_text(report.quote(quoting.read_text(encoding="utf-8"), found), encoding="utf-8")
        else:
            self.show(found, options["format"], options["output"])
        if check:
            failures = [*limits.risen(check, found), *limits.missed(found)]
            for failure in failures:
                self.stderr.write(failure)
            if failures:
                raise CommandError(f"{len(failures)} figures are too high.")
            self.stderr.write(f"No figure rose by more than 10 % over {check.made}, and every goal is kept.")

    def run(self, groups: tuple[str, ...], quick: bool, names: tuple[str, ...]) -> Run:
        """With what is done now on the standard error: in one line of a terminal, else a line each."""
        told = Console(stderr=True)
        heed_interrupts()
        began = time.monotonic()
        try:
            with told.status("") as status:

                def tell(line: str) -> None:
                    line = f"{time.monotonic() - began:4.0f} s  {line}"
                    status.update(line) if told.is_terminal else told.print(line, highlight=False, soft_wrap=True)

                return run(groups, quick, tell, names)
        except (Wrong, DoesNotRun, RuntimeError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            told.print("Interrupted; nothing is left behind.")
            sys.exit(INTERRUPTED)
        finally:
            heed_no_more_interrupts()

    def show(self, found: Run, form: str, output: Path | None) -> None:
        if form == "table":
            if output:
                with output.open("w", encoding="utf-8") as file:
                    report.show(Console(file=file), found)
            else:
                report.show(Console(), found)
            return
        text = found.dumps() if form == "json" else report.markdown(found)
        if output:
            output.write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
