"""The scheme as a Django app: its rows are installed in every profile."""

from django.apps import AppConfig


class SchemeConfig(AppConfig):
    name = "schemes.oauth2"
