"""/compare/: the comparison, the console, and what they lead to."""

from typing import Any

from django.urls import include, path

from project.compare.pages import code, comparison, guide, take_home

app_name = "compare"
urlpatterns: list[Any] = [
    path("", comparison.index, name="index"),
    path("console/", include("project.compare.console.urls")),
    path("data.json", comparison.data, name="data"),
    path("which/", guide.which, name="which"),
    path("take-home/", take_home.index, name="take-home"),
    path("take-home/<slug:scheme>/", take_home.block, name="take-home-scheme"),
    path("code/", code.compared, name="code"),
]

urlpatterns += [path("<slug:row>/", comparison.row, name="row")]  # the last: it takes any word
