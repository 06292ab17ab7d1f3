from django.urls import path
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.decorators import api_view
from rest_framework.response import Response


@api_view()
def whoami(request):
    return Response({"username": request.user.get_username()})


urlpatterns += [
    path("login/", obtain_auth_token),
    path("whoami/", whoami),
]
