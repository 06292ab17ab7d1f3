"""The verbs of the scheme."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts import credentials
from project.accounts.models import User
from project.accounts.serializers import Account
from schemes.session.authentication import Authentication, issue


class Csrf(serializers.Serializer[Any]):
    csrftoken = serializers.CharField()


CSRF_TOKEN = OpenApiParameter("X-CSRFToken", str, OpenApiParameter.HEADER, required=True)


class BeforeLoginView(APIView):
    """A CSRF token, in the answer and in a cookie."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(responses=Csrf)
    def get(self, request: Request) -> Response:
        return Response({"csrftoken": get_token(request._request)})


class LoginView(APIView):
    """Sign in: name or email and password -> a session, in a cookie. Needs the CSRF token: else a stranger could do it."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":  # any other is a 405, whoever asks
            Authentication().enforce_csrf(request)

    @extend_schema(parameters=[CSRF_TOKEN], request=credentials.SignIn, responses={200: Account} | credentials.LIMITED)
    def post(self, request: Request) -> Response:
        form = credentials.SignIn(data=request.data)
        form.is_valid(raise_exception=True)
        user = credentials.check(request._request, **form.validated_data)
        return self.answer(request._request, user)

    def answer(self, request: HttpRequest, user: User) -> Response:
        """What a sign-in answers, however the person proved who they are."""
        issue(request, user)
        return Response(Account(user).data)


class LogoutView(APIView):
    """End this session."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        logout(request._request)
        return Response(status=204)
