"""The verbs of the scheme."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts import credentials
from project.accounts.events import log
from project.accounts.models import User
from schemes.token.authentication import issue, revoke


class Issued(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires = serializers.DateTimeField()


class LoginView(APIView):
    """Sign in: name or email and password -> a token."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(request=credentials.SignIn, responses={200: Issued} | credentials.LIMITED)
    def post(self, request: Request) -> Response:
        form = credentials.SignIn(data=request.data)
        form.is_valid(raise_exception=True)
        user = credentials.check(request._request, **form.validated_data)
        return self.answer(request._request, user)

    def answer(self, request: HttpRequest, user: User) -> Response:
        """What a sign-in answers, however the person proved who they are."""
        return Response(Issued(issue(request, user)).data)


class LogoutView(APIView):
    """End this token."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        log("signed out", request, request.user.pk)
        revoke(request.auth)  # type: ignore[arg-type]
        return Response(status=204)
