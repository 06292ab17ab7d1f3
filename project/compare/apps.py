"""The engine as a Django app: it brings the command `compare`, and to sites that it starts itself a clock that is ahead."""

from django.apps import AppConfig
from django.conf import settings


class CompareConfig(AppConfig):
    name = "project.compare"

    def ready(self) -> None:
        ahead = getattr(settings, "LAB_CLOCK", 0)
        if ahead:
            from project.compare.lab import clock

            clock.set(ahead)
