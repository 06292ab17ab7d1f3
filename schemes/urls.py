"""/auth/: what every scheme has, and the verbs of the active one; of a library as it ships, what its documentation mounts."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import include, path

from schemes import PROFILES, views

urlpatterns: list[Any] = [path("", views.DiscoveryView.as_view(), name="discovery")]

stock = getattr(import_module(PROFILES[settings.AUTH_PROFILE][1]), "urls", None)

if stock:
    urlpatterns += stock()
else:
    urlpatterns += [path("", include(f"schemes.{settings.AUTH_SCHEME}.urls"))]
    if settings.SOCIAL_PROVIDERS:
        urlpatterns += [path("", include("schemes.social"))]
    if hasattr(views.active, "issue"):  # what a scheme gives out it can list and end
        urlpatterns += [
            path("credentials/", views.CredentialsView.as_view(), name="credentials"),
            path("credentials/<int:pk>/", views.CredentialView.as_view(), name="credential"),
            path("logout/all/", views.LogoutAllView.as_view(), name="logout-all"),
        ]
