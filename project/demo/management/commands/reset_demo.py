"""`manage.py reset_demo`: the demo data as on the first day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from project.accounts.models import User
from project.demo import data


class Command(BaseCommand):
    help = "Delete everything that anybody made and put the demo data back as on the first day. Lab only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--students",
            type=int,
            default=None,
            metavar="N",
            help="student01 to studentN; as many as there are when left out",
        )

    def handle(self, *args: Any, students: int | None, **options: Any) -> None:
        data.refuse_outside_lab()
        if students is None:
            students = User.objects.filter(username__regex=rf"^{data.STUDENT}\d+$").count()
        with transaction.atomic():
            data.wipe()
            list(data.seed(students))
        self.stdout.write("The demo data is as on the first day; everybody is signed out.")
