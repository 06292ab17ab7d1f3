"""The profile oauth2-stock: django-oauth-toolkit's defaults with the password grant, as its documentation has them.

https://django-oauth-toolkit.readthedocs.io/en/latest/rest-framework/getting_started.html
"""

from dataclasses import replace
from typing import Any

from project.settings import env
from schemes.contract import Scheme

OAUTH2_ACCESS_LIFETIME = env.seconds("OAUTH2_ACCESS_LIFETIME", 10 * 3600)

OAUTH2_PROVIDER = {"ACCESS_TOKEN_EXPIRE_SECONDS": OAUTH2_ACCESS_LIFETIME}  # the library's own figure, for a room to shorten

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["oauth2_provider.contrib.rest_framework.OAuth2Authentication"]}


def urls() -> list[Any]:
    from django.urls import include, path

    return [path("", include("oauth2_provider.urls", namespace="oauth2_provider"))]


def card(hardened: Scheme) -> Scheme:
    """The same dialogue; refresh tokens have no end."""
    assert hardened.logout is not None
    return replace(
        hardened,
        title="OAuth2 as shipped",
        lifetimes={"access_token": "OAUTH2_ACCESS_LIFETIME"},
        social=None,
        cleanup="cleartokens",
        logout=replace(hardened.logout, why="The token is revoked, and its refresh token with it."),
        family_ends=False,
    )
