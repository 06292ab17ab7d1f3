"""/inspect/: under DEBUG alone."""

from typing import Any

from django.urls import path

from project.inspector import pages

app_name = "inspector"
urlpatterns: list[Any] = [
    path("", pages.inspector, name="page"),
    path("rows/", pages.rows, name="rows"),
    path("send/", pages.sending, name="send"),
    path("break/", pages.break_it, name="break"),
    path("signature/", pages.signatures, name="signature"),
    path("explain/", pages.explanation, name="explain"),
    path("clear/", pages.clear, name="clear"),
]
