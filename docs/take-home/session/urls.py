from django.urls import include, path
from rest_framework.decorators import api_view
from rest_framework.response import Response


@api_view()
def whoami(request):
    return Response({"username": request.user.get_username()})


urlpatterns += [
    path("accounts/", include("rest_framework.urls")),  # login/ and logout/, Django's own forms
    path("whoami/", whoami),
]
