"""/inspect/: under DEBUG alone."""

from typing import Any

from django.urls import path

from project.inspector import pages

app_name = "inspector"
urlpatterns: list[Any] = [path("", pages.inspector, name="page")]
