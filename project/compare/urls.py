"""/compare/: the comparison, the console, and what they lead to."""

from typing import Any

from django.urls import path

from project.compare import pages

app_name = "compare"
urlpatterns: list[Any] = [path("", pages.index, name="index")]
