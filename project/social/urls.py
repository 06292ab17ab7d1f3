"""/social/: the way to a provider and back, if any is configured."""

from django.urls import path

from project.social import pages

app_name = "social"
urlpatterns = [
    path("login/<slug:backend>/", pages.begin, name="begin"),
    path("complete/<slug:backend>/", pages.complete, name="complete"),
]
