"""One line a room."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from project import errors, pages
from project.social import pages as social

urlpatterns: list[Any] = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("accounts/profile/", social.ProfilePage.as_view(), name="profile"),
    path("accounts/profile/unlink/<int:pk>/", social.UnlinkPage.as_view(), name="unlink"),
    path("accounts/profile/password/", social.SetPasswordPage.as_view(), name="set-password"),
    path("accounts/", include("project.accounts.urls")),
    path("polls/", include("polls.urls")),
    path("auth/", include("schemes.urls")),
    path(".well-known/", include("schemes.well_known")),
    path("compare/", include("project.compare.urls")),
    path("admin/", admin.site.urls),
    path("api/schema/", pages.SchemaView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    re_path("^(?:auth|accounts|polls/api|api)/", errors.nothing_here),
]

if settings.INSPECTOR:
    urlpatterns = [path("inspect/", include("project.inspector.urls")), *urlpatterns]

if settings.SOCIAL_PROVIDERS:
    urlpatterns = [
        path("accounts/login/", social.LoginPage.as_view()),  # the same page, with buttons
        path("social/", include("project.social.urls")),
        *urlpatterns,
    ]

handler400 = "project.errors.bad_request"
handler403 = "project.errors.forbidden"
handler404 = "project.errors.not_found"
handler500 = "project.errors.server_error"
