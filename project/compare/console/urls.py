"""/compare/console/: the page, and what its script asks."""

from django.urls import path

from project.compare.console import pages

urlpatterns = [
    path("", pages.console, name="console"),
    path("start/", pages.start, name="console-start"),
    path("fire/", pages.fire, name="console-fire"),
    path("back/", pages.back, name="console-back"),
]
