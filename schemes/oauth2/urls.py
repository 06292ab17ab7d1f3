"""Where the verbs of the scheme are, under /auth/."""

from django.urls import path

from schemes.oauth2 import views

urlpatterns = [
    path("token/", views.TokenView.as_view(), name="login"),
    path("introspect/", views.VerifyView.as_view(), name="verify"),
    path("revoke_token/", views.RevokeView.as_view(), name="revoke"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
]
