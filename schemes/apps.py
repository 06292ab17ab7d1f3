"""The schemes' common room as a Django app: it brings the admin's lists of credentials."""

from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "schemes"
