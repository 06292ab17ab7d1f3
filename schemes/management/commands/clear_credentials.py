"""`manage.py clear_credentials`: delete what has expired. Expiry is enforced at use; this only gives the space back."""

from importlib import import_module
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from project.accounts import credentials
from schemes import SCHEMES


class Command(BaseCommand):
    help = "Delete the credentials that have expired, of every scheme, and counters of wrong passwords. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in SCHEMES:
            ended = import_module(f"schemes.{name}.authentication").clear()
            self.stdout.write(f"{name}: {ended}")
        self.stdout.write(f"counters of wrong passwords: {credentials.clear()}")
        call_command("clearsocial", age=1)  # sign-ins that were left at a provider
