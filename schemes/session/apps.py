"""The scheme as a Django app: its rows are installed in every profile."""

from django.apps import AppConfig


class SchemeConfig(AppConfig):
    name = "schemes.session"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from schemes.session.store import name_device

        user_logged_in.connect(name_device, dispatch_uid="session")
