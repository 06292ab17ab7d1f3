"""The data of the demo, and the command that shows it all."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "project.demo"
