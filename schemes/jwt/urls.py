"""Where the verbs of the scheme are, under /auth/."""

from django.urls import path

from schemes.jwt import keys, views

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("refresh/", views.RefreshView.as_view(), name="refresh"),
    path("verify/", views.VerifyView.as_view(), name="verify"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
]

well_known = [path("jwks.json", views.KeysView.as_view(), name="keys")] if keys.PAIRS else []
"""What stands under /.well-known/: the public keys, where the signature is one that others can check."""
