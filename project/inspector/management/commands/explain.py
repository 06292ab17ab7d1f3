"""`manage.py explain 'curl …'`: what is wrong with a curl line."""

import shlex
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from project.inspector.explain import CannotRead, explain


class Command(BaseCommand):
    help = "Say what is wrong with a curl line, worst first, with the line to send instead where there is one."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("line", nargs="*", help="the whole line in quotes; without it the line is read from standard input")

    def handle(self, *args: Any, line: list[str], **options: Any) -> None:
        text = line[0] if len(line) == 1 else shlex.join(line) if line else sys.stdin.read()
        try:
            told = explain(text)
        except CannotRead as error:
            raise CommandError(str(error)) from error
        self.stdout.write(told["summary"])
        for number, finding in enumerate(told["findings"], start=1):
            self.stdout.write(f"\n{number}. {finding['mistake']} {finding['why']}")
            if finding["instead"]:
                self.stdout.write("\n".join(f"   {one}" for one in finding["instead"].splitlines()))
