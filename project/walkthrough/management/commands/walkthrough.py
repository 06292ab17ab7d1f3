"""`manage.py walkthrough`: the story of a profile to follow by hand, and to replay."""

from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.text import Text

from project.walkthrough.answers import read
from project.walkthrough.markdown import page
from project.walkthrough.play import CannotPlay, differences, find, play
from project.walkthrough.voices import VOICES
from schemes import PROFILES


class Command(BaseCommand):
    help = "Print the seven steps of a profile with lines to paste, or replay them against a running site (--check)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("profile", nargs="?", choices=PROFILES, help="which story (the active profile's)")
        parser.add_argument("--voice", choices=VOICES, help="in which words (curl)")
        parser.add_argument(
            "--base", type=_base, help="where a site answers: what it answers now is shown, not what is on record"
        )
        told = "replay it against the demo, or the site at --base; print what differs, and exit with status 1 then"
        parser.add_argument("--check", action="store_true", help=told)

    def handle(self, *args: Any, profile: str | None, voice: str | None, base: str | None, check: bool, **options: Any) -> None:
        name = profile or settings.AUTH_PROFILE
        if check and voice:
            raise CommandError("A replay has no voice: leave out --check or --voice.")
        try:
            if check:
                self._check(name, base or find(name))
            else:
                answers = {played.exchange.id: played.answer for played in play(name, base)} if base else read()
                self.stdout.write(page(name, answers, base or "", voice or "curl"), ending="")
        except CannotPlay as error:
            raise CommandError(str(error)) from error

    def _check(self, profile: str, base: str) -> None:
        console = Console(highlight=False, soft_wrap=True)
        told: list[bool] = []
        for exchange, answer, differs in differences(profile, base, read()):
            told.append(bool(differs))
            mark = "✘" if differs else "✔"
            console.print(f"{mark} {exchange.id:{len(profile) + 3}} {answer.status}  {exchange.title}", markup=False)
            for line in differs.splitlines():
                colour = {"-": "red", "+": "green"}.get(line[:1], "dim")
                console.print(Text(f"    {line}", style=colour))
        if any(told):
            raise CommandError(f"{sum(told)} of {len(told)} answers at {base} differ: - was expected, + came.")
        console.print(f"All {len(told)} answers at {base} are as the walkthrough has them.")


def _base(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ArgumentTypeError(f"{text!r} is no address. Accepted: http://127.0.0.1:8000 and the like.")
    return text.rstrip("/")
