"""The verbs of the scheme."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.views import TokenViewBase

from project.accounts import credentials
from project.accounts.events import log
from schemes.jwt.authentication import Access, Authentication, Refresh, issue, renew, revoke
from schemes.jwt.models import Family


class Issued(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class Renewal(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class Question(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=4096)


class Farewell(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096, required=False)


REFUSED = OpenApiResponse(serializers.DictField(), "Refused.")


class LoginView(TokenViewBase):
    """Name or email and password -> a pair of tokens."""

    @extend_schema(request=credentials.SignIn, responses={200: Issued, 401: REFUSED}, auth=[])
    def post(self, request: Request) -> Response:
        form = credentials.SignIn(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            user = credentials.check(request._request, **form.validated_data)
        except credentials.WrongCredentials as error:
            raise AuthenticationFailed(error.detail) from error
        return Response(Issued(issue(request._request, user)).data)


class RefreshView(TokenViewBase):
    """A refresh token -> a new pair; the old refresh token is dead."""

    @extend_schema(request=Renewal, responses={200: Issued, 401: REFUSED}, auth=[])
    def post(self, request: Request) -> Response:
        form = Renewal(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(Issued(renew(request._request, form.validated_data["refresh"])).data)


class VerifyView(TokenViewBase):
    """Whether a token, of either kind, would be taken now: a revoked one is not (unlike simplejwt's own view)."""

    @extend_schema(request=Question, responses={200: OpenApiResponse(serializers.DictField(), "It counts."), 401: REFUSED}, auth=[])
    def post(self, request: Request) -> Response:
        form = Question(data=request.data)
        form.is_valid(raise_exception=True)
        authentication = Authentication()
        try:
            family = authentication.find(form.validated_data["token"], Access)
        except AuthenticationFailed:
            family = _by_refresh(form.validated_data["token"])
        authentication.check(family)
        return Response({})


class LogoutView(APIView):
    """End the family of the access token. A client whose access token is over may send its refresh token instead."""

    permission_classes = [AllowAny]

    @extend_schema(request=Farewell, responses={204: None})
    def post(self, request: Request) -> Response:
        form = Farewell(data=request.data)
        form.is_valid(raise_exception=True)
        families = [request.auth] if request.auth else []
        if "refresh" in form.validated_data:
            family = _by_refresh(form.validated_data["refresh"])
            if request.auth and family.user_id != request.user.pk:
                raise serializers.ValidationError({"refresh": ["This token is somebody else's."]})
            families.append(family)
        if not families:
            raise NotAuthenticated
        for family in families:
            revoke(family)
        log("signed out", request, families[0].user_id)
        return Response(status=204)


def _by_refresh(secret: str) -> Family:
    """The living family of a refresh token that was not used yet."""
    family = Authentication().find(secret, Refresh)
    if family.claims["jti"] != family.jti:
        raise AuthenticationFailed("Token was used before.")
    return family
