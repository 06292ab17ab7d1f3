from django.urls import include, path
from oauth2_provider import views
from rest_framework.decorators import api_view
from rest_framework.response import Response


@api_view()
def whoami(request):
    return Response({"username": request.user.get_username()})


oauth2 = [  # each by name: the library's own list opens more doors
    path("authorize/", views.AuthorizationView.as_view(), name="authorize"),
    path("token/", views.TokenView.as_view(), name="token"),
    path("revoke_token/", views.RevokeTokenView.as_view(), name="revoke-token"),
]

urlpatterns += [
    path("accounts/", include("rest_framework.urls")),  # where people sign in before they allow an application
    path("oauth2/", include((oauth2, "oauth2_provider"))),
    path("whoami/", whoami),
]
