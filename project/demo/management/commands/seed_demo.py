"""`manage.py seed_demo`: the demo data, made where it is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from project.demo import data


class Command(BaseCommand):
    help = "Make the demo data that is missing: three questions, admin, alice, bob, four OAuth2 applications. Lab only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--students", type=int, default=0, metavar="N", help="also student01 to studentN")

    def handle(self, *args: Any, students: int, **options: Any) -> None:
        data.refuse_outside_lab()
        made = list(data.seed(students))
        self.stdout.write(f"Made: {', '.join(made)}." if made else "Everything was there already.")
