"""Under DEBUG alone: what reached the API, from any client, shown as it travelled, with the reason for each answer."""

from django.apps import AppConfig


class InspectorConfig(AppConfig):
    name = "project.inspector"
