"""Where the verbs of the scheme are, under /auth/."""

from django.urls import path

from schemes.token import views

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
]
