"""`manage.py createapplication`: the toolkit's, which refuses here what the admin refuses."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from oauth2_provider.management.commands import createapplication
from oauth2_provider.models import Application

from schemes.oauth2.applications import refuse


class Command(createapplication.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        chosen = ("client_type", "authorization_grant_type")
        try:
            refuse(Application(**{name: options[name] for name in chosen}))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        before = Application.objects.count()
        super().handle(*args, **options)
        if Application.objects.count() == before:
            raise CommandError("No application was made.")
        made = Application.objects.latest("pk")
        self.stdout.write(f"client_id: {made.client_id}")
        if made.client_type == Application.CLIENT_PUBLIC:
            self.stdout.write("A public application has no use for its secret: it keeps none.")
