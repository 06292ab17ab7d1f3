"""Where the verbs of the scheme are, under /auth/."""

from django.urls import path

from schemes.session import views

urlpatterns = [
    path("csrf/", views.BeforeLoginView.as_view(), name="before"),
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
]
