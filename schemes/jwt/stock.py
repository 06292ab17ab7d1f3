"""The profile jwt-stock: simplejwt's defaults, as its documentation has them.

https://django-rest-framework-simplejwt.readthedocs.io/en/stable/getting_started.html
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from project.settings import env
from schemes.contract import Scheme

JWT_ACCESS_LIFETIME = env.seconds("JWT_ACCESS_LIFETIME", 5 * 60)
JWT_REFRESH_LIFETIME = env.seconds("JWT_REFRESH_LIFETIME", 24 * 3600)

SIMPLE_JWT = {  # the library's own figures, for a room to shorten
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=JWT_ACCESS_LIFETIME),
    "REFRESH_TOKEN_LIFETIME": timedelta(seconds=JWT_REFRESH_LIFETIME),
}

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]}


def urls() -> list[Any]:
    from django.urls import path
    from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView, TokenVerifyView

    return [
        path("login/", TokenObtainPairView.as_view()),
        path("refresh/", TokenRefreshView.as_view()),
        path("verify/", TokenVerifyView.as_view()),
    ]


def card(hardened: Scheme) -> Scheme:
    """The library has no logout, and a refresh gives a new access token alone."""
    assert hardened.refresh is not None
    refresh = replace(
        hardened.refresh, keep={"access": "access"}, why="The refresh token gives access tokens, as often as asked."
    )
    return replace(
        hardened,
        title="JWT as shipped",
        refresh=refresh,
        logout=None,
        social=None,
        cleanup=None,
        replayed=200,
        family_ends=False,
    )
