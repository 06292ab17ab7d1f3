"""The schemes' common room as a Django app: it brings the admin's lists of credentials."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from schemes import PROFILES


class SchemesConfig(AppConfig):
    name = "schemes"

    def ready(self) -> None:
        """What the active profile does once models are there."""
        getattr(import_module(PROFILES[settings.AUTH_PROFILE][1]), "ready", lambda: None)()
