"""Who the users are."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "project.accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from project.accounts.events import signed_in, signed_out

        user_logged_in.connect(signed_in, dispatch_uid="events")
        user_logged_out.connect(signed_out, dispatch_uid="events")
