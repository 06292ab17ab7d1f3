"""The profile session-stock: REST framework's SessionAuthentication with Django's own views, as their documentation has it.

https://www.django-rest-framework.org/api-guide/authentication/#sessionauthentication
"""

from dataclasses import replace
from typing import Any

from schemes.contract import Scheme, Step

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"]}


def urls() -> list[Any]:
    from django.urls import include, path

    return [path("", include("rest_framework.urls"))]


def card(hardened: Scheme) -> Scheme:
    """A form and redirects, where ours speaks JSON."""
    from schemes.contract import FORM
    from schemes.session.steps import dialogue

    prefix = "session-stock_"  # cookies ignore ports
    scheme = dialogue(prefix)
    assert scheme.login is not None
    assert scheme.logout is not None
    return replace(
        scheme,
        title="Session as shipped",
        before=Step("GET", "/auth/login/", "The form brings a CSRF cookie.", keep={"csrftoken": f"cookie {prefix}csrftoken"}),
        login=replace(
            scheme.login,
            content_type=FORM,
            status=302,
            why="Django's own sign-in form, sent by a program; it redirects who is signed in, and else is shown once more.",
            without={"csrftoken": 403, "password": 200},
        ),
        logout=replace(scheme.logout, status=302, without={"csrftoken": 403}),
        social=None,
        cleanup="clearsessions",
    )
