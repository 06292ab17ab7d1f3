"""The verbs of the scheme."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
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
from project.accounts.models import User
from schemes.jwt import keys
from schemes.jwt.authentication import Access, Authentication, Refresh, issue, renew, revoke
from schemes.jwt.models import Credential


class Issued(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class Renewal(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class Inquiry(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=4096)


class Farewell(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096, required=False)


REFUSED = {401: OpenApiResponse(description="Refused.")}


class LoginView(TokenViewBase):
    """Sign in: name or email and password -> a pair of tokens."""

    serializer_class = credentials.SignIn

    @extend_schema(request=credentials.SignIn, responses={200: Issued} | REFUSED | credentials.LIMITED, auth=[])
    def post(self, request: Request) -> Response:
        form = credentials.SignIn(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            user = credentials.check(request._request, **form.validated_data)
        except credentials.WrongCredentials as error:
            raise AuthenticationFailed(error.detail) from error
        return self.answer(request._request, user)

    def answer(self, request: HttpRequest, user: User) -> Response:
        """What a sign-in answers, however the person proved who they are."""
        return Response(Issued(issue(request, user)).data)


class RefreshView(TokenViewBase):
    """A refresh token -> a new pair; the old refresh token is dead."""

    serializer_class = Renewal

    @extend_schema(request=Renewal, responses={200: Issued} | REFUSED, auth=[])
    def post(self, request: Request) -> Response:
        form = Renewal(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(Issued(renew(request._request, form.validated_data["refresh"])).data)


class VerifyView(TokenViewBase):
    """Whether a token, of either kind, would be taken now: a revoked one is not (unlike simplejwt's own view)."""

    serializer_class = Inquiry

    @extend_schema(request=Inquiry, responses={200: OpenApiResponse(OpenApiTypes.OBJECT, "It counts.")} | REFUSED, auth=[])
    def post(self, request: Request) -> Response:
        form = Inquiry(data=request.data)
        form.is_valid(raise_exception=True)
        authentication = Authentication()
        try:
            credential = authentication.find(form.validated_data["token"], Access)
        except AuthenticationFailed:
            credential = _by_refresh(form.validated_data["token"])
        authentication.check(credential)
        return Response({})


class LogoutView(APIView):
    """End the family of the access token. A client whose access token is over may send its refresh token instead."""

    permission_classes = [AllowAny]

    @extend_schema(request=Farewell, responses={204: None})
    def post(self, request: Request) -> Response:
        form = Farewell(data=request.data)
        form.is_valid(raise_exception=True)
        families: list[Any] = [request.auth] if request.auth else []
        if "refresh" in form.validated_data:
            credential = _by_refresh(form.validated_data["refresh"])
            if request.auth and credential.user_id != request.user.pk:
                raise serializers.ValidationError({"refresh": ["This token is somebody else's."]})
            families.append(credential)
        if not families:
            raise NotAuthenticated
        for credential in families:
            revoke(credential)
        log("signed out", request, families[0].user_id)
        return Response(status=204)


class KeysView(APIView):
    """The keys that check our signatures (RFC 7517): a service that has them needs to ask nobody, and so hears of no logout."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, auth=[])
    def get(self, request: Request) -> Response:
        return Response({"keys": keys.published()}, headers={"Cache-Control": "public, max-age=300"})


def _by_refresh(secret: str) -> Credential:
    """The living family of a refresh token that was not used yet."""
    credential = Authentication().find(secret, Refresh)
    if credential.claims["jti"] != credential.jti:
        raise AuthenticationFailed("Token was used before.")
    return credential
