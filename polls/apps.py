"""The protected resource: it knows no scheme."""

from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "polls"
