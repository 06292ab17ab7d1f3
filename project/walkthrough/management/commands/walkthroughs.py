"""`manage.py walkthroughs`: write every document that is made from the cards."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import track

from project.compare.servers import ROOT, DoesNotRun, heed_interrupts, manage, running
from project.walkthrough import answers, http_files, markdown, postman
from project.walkthrough.play import CannotPlay, play
from schemes import PROFILES


class Command(BaseCommand):
    help = "Write docs/walkthroughs and docs/postman anew from the schemes' cards and the answers on record."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--record", action="store_true", help="first play every story to a live site, and keep its answers")

    def handle(self, *args: Any, record: bool, **options: Any) -> None:
        heed_interrupts()
        try:
            if record:
                answers.write(_recorded())
        except (CannotPlay, DoesNotRun) as error:
            raise CommandError(str(error)) from error
        for path, text in documents().items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text)
        self.stdout.write(f"{len(documents())} documents written.")


def documents() -> dict[str, str]:
    """Path below the root -> what must stand there."""
    known = answers.read()
    made = {f"docs/walkthroughs/{profile}.md": markdown.page(profile, known) for profile in PROFILES}
    made["docs/walkthroughs/side-by-side.md"] = markdown.side_by_side(known)
    made["docs/postman/polls.postman_collection.json"] = postman.collection(known)
    made |= {f"docs/postman/{profile}.postman_environment.json": postman.environment(profile) for profile in PROFILES}
    made |= {f"docs/postman/jetbrains/{profile}.http": http_files.jetbrains(profile, known) for profile in PROFILES}
    made |= {
        f"docs/postman/vscode/{name}.http": http_files.vscode(name, known) for name in PROFILES if http_files.in_vscode(name)
    }
    return made


def _recorded() -> dict[str, answers.Answer]:
    """Every answer of every profile, each played to a site of its own on fresh demo data."""
    found: dict[str, answers.Answer] = {}
    for profile in track(PROFILES, description="Recording", transient=True):
        with tempfile.TemporaryDirectory() as folder:
            environment = {"DEBUG": "1", "DATABASE_URL": f"sqlite:///{Path(folder) / 'db.sqlite3'}", "AUTH_PROFILE": profile}
            manage(["migrate", "--no-input", "-v0"], environment)
            manage(["seed_demo"], environment)
            with running(profile, environment) as site:
                found |= dict(_story(profile, site.address))
    return found


def _story(profile: str, base: str) -> Iterator[tuple[str, answers.Answer]]:
    for played in play(profile, base):
        step, status = played.exchange.step, played.answer.status
        if status != step.status:
            raise CannotPlay(f"{played.exchange.id} is answered {status}, and the card says {step.status}.")
        yield played.exchange.id, answers.recorded(played.answer, {name: played.variables[name] for name in step.keep})
