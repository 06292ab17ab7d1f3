"""Where the verbs of the scheme are, under /auth/."""

from django.conf import settings
from django.urls import path

from schemes.oauth2 import metadata, pages, views

urlpatterns = [
    path("token/", views.TokenView.as_view(), name="login"),
    path("introspect/", views.VerifyView.as_view(), name="verify"),
    path("revoke_token/", views.RevokeView.as_view(), name="revoke"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("authorize/", pages.AuthorizePage.as_view(), name="authorize"),
    path("allowed/", pages.AllowedPage.as_view(), name="allowed"),
]
if settings.SOCIAL_PROVIDERS:
    urlpatterns += [path("convert-token/", views.ConvertView.as_view(), name="convert")]
if settings.OIDC_ENABLED:
    urlpatterns += [path("userinfo/", views.UserInfoView.as_view(), name="userinfo")]

well_known = metadata.well_known
