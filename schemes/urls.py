"""/auth/: what every scheme has, and the verbs of the active one."""

from django.conf import settings
from django.urls import include, path

from schemes import views

urlpatterns = [
    path("", views.DiscoveryView.as_view(), name="discovery"),
    path("credentials/", views.CredentialsView.as_view(), name="credentials"),
    path("credentials/<int:pk>/", views.CredentialView.as_view(), name="credential"),
    path("logout/all/", views.LogoutAllView.as_view(), name="logout-all"),
    path("", include(f"schemes.{settings.AUTH_SCHEME}.urls")),
]
