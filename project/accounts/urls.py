"""/accounts/: the API of accounts, and the pages where people register, sign in and out, and see to their own."""

from django.urls import path

from project.accounts import pages, views

app_name = "accounts"
urlpatterns = [
    path("register/", views.RegisterView.as_view(), name="register"),
    path("me/", views.MeView.as_view(), name="me"),
    path("password/", views.PasswordView.as_view(), name="password"),
    path("login/", pages.LoginPage.as_view(), name="login"),
    path("new/", pages.NewPage.as_view(), name="new"),
    path("own/", pages.OwnPage.as_view(), name="own"),
    path("logout/", pages.LogoutPage.as_view(), name="logout"),
]
