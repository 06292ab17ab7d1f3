"""`manage.py openapi`: the OpenAPI document of every profile, as files to import."""

import json
from concurrent.futures import ThreadPoolExecutor
from subprocess import CalledProcessError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from project.compare.servers import ROOT, manage
from project.openapi import addressed
from project.walkthrough.addresses import address
from schemes import PROFILES

FOLDER = ROOT / "docs" / "openapi"


class Command(BaseCommand):
    help = "Write the OpenAPI document of every profile into docs/openapi, to be imported by other programs."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with ThreadPoolExecutor() as pool:
                documents = [*pool.map(document, PROFILES)]
        except CalledProcessError as error:
            raise CommandError(error.stderr) from error
        FOLDER.mkdir(exist_ok=True)
        for profile, text in zip(PROFILES, documents, strict=True):
            (FOLDER / f"{profile}.json").write_text(text, encoding="utf-8")


def served(profile: str) -> dict[str, Any]:
    """The document that /api/schema/ of one profile has, from a process of its own: valid, and made without a warning."""
    command = ["spectacular", "--format", "openapi-json", "--validate", "--fail-on-warn"]
    made: dict[str, Any] = json.loads(manage(command, {"AUTH_PROFILE": profile, "DEBUG": "1", "HTTPS": ""}))
    return made


def document(profile: str) -> str:
    """The same as a file, with the address that `manage.py demo --stock` gives the profile."""
    whole = addressed(served(profile), address(profile), "`manage.py demo --stock`, on this machine")
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
