"""The profile token-stock: REST framework's own Token, as its documentation has it: one a user, made when the user is.

https://www.django-rest-framework.org/api-guide/authentication/#tokenauthentication
"""

from dataclasses import replace
from typing import Any

from schemes.contract import Scheme

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}


def urls() -> list[Any]:
    from django.urls import path
    from rest_framework.authtoken.views import obtain_auth_token

    return [path("login/", obtain_auth_token)]


def ready() -> None:
    from django.conf import settings
    from django.db.models.signals import post_save
    from rest_framework.authtoken.models import Token

    def create_auth_token(sender: type, instance: Any, created: bool, **kwargs: Any) -> None:
        if created:
            Token.objects.create(user=instance)

    post_save.connect(create_auth_token, sender=settings.AUTH_USER_MODEL, weak=False)


def card(hardened: Scheme) -> Scheme:
    """The library has no logout, and its tokens have no end."""
    return replace(hardened, title="Token as shipped", lifetimes={}, logout=None, social=None, cleanup=None)
