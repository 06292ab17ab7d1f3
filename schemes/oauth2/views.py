"""The verbs of the scheme."""

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from oauth2_provider.models import Application
from oauth2_provider.views.mixins import OAuthLibMixin
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts import credentials
from project.accounts.events import log
from schemes.contract import FORM
from schemes.credential import digest
from schemes.oauth2.authentication import revoke
from schemes.oauth2.models import Credential


class Client(serializers.Serializer[Any]):
    """The application: here, or as HTTP Basic (RFC 6749, section 2.3.1)."""

    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class Grant(Client):
    """RFC 6749, section 4.3 (password, which RFC 9700 section 2.4 says must not be used) and section 6 (refresh_token)."""

    grant_type = serializers.ChoiceField(["password", "refresh_token"])
    username = serializers.CharField(required=False, help_text="The username or the email address.")
    password = serializers.CharField(required=False)
    refresh_token = serializers.CharField(required=False, allow_blank=True)
    scope = serializers.CharField(required=False, allow_blank=True, help_text="Absent: all that the application may ask for.")


class Issued(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.CharField()


class Inquiry(Client):
    token = serializers.CharField()
    token_type_hint = serializers.CharField(required=False)


class State(serializers.Serializer[Any]):
    """RFC 7662, section 2.2. Of a token that does not count, `active` alone."""

    active = serializers.BooleanField()
    scope = serializers.CharField(required=False)
    client_id = serializers.CharField(required=False)
    username = serializers.CharField(required=False)
    token_type = serializers.CharField(required=False)
    exp = serializers.IntegerField(required=False)


class Refusal(serializers.Serializer[Any]):
    """RFC 6749, section 5.2."""

    error = serializers.CharField()
    error_description = serializers.CharField(required=False)


REFUSED = {
    400: OpenApiResponse(Refusal, "The grant, the scope or the request is wrong."),
    401: OpenApiResponse(Refusal, "The application is not who it says."),
}


class ClientView(OAuthLibMixin, APIView):
    """What an application asks for itself: by form (RFC 6749, appendix B), never with anything in the URL."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [FormParser]

    def ask(self, library: Callable[[HttpRequest], tuple[Any, dict[str, str], str, int]], request: Request) -> Response:
        """What `library`, a method of the toolkit's mixin, answers: an address, headers, a body and a status."""
        try:
            _, headers, body, status = library(self.readable(request))
        except ValueError as error:  # what the library could not decode: a Basic header, for one
            raise Unreadable from error
        return Response(json.loads(body) if body else None, status, headers={"Cache-Control": "no-store"} | headers)

    def handle_exception(self, exc: Exception) -> Response:
        """What nobody can read is refused in the words of RFC 6749 too."""
        return super().handle_exception(Unreadable() if isinstance(exc, ParseError | SuspiciousOperation) else exc)

    def readable(self, request: Request) -> HttpRequest:
        """The request for the library, once it is sure to be a form (else 415 or 400) without anything in its URL."""
        form = request.data
        if request.META.get("QUERY_STRING") or not form:
            raise Unreadable
        return request._request


class Unreadable(APIException):
    """400 in the words of RFC 6749, section 5.2."""

    status_code = 400
    default_detail = {
        "error": "invalid_request",
        "error_description": "A form is read here, from the body alone: what stands in a URL is logged on the way.",
    }


class UnknownClient(APIException):
    """401 in the words of RFC 6749, section 5.2."""

    status_code = 401
    auth_header = 'Basic realm="api"'
    default_detail = {"error": "invalid_client"}


class TokenView(ClientView):
    """Sign in or renew: name and password, or a refresh token -> a pair of tokens. Both in one, as RFC 6749 has it."""

    @extend_schema(request={FORM: Grant}, responses={200: Issued} | REFUSED | credentials.LIMITED, auth=[])
    def post(self, request: Request) -> Response:
        return self.ask(self.create_token_response, request)


class VerifyView(ClientView):
    """Whether an access token of the asking application counts now (RFC 7662): a revoked or banned one does not."""

    @extend_schema(request={FORM: Inquiry}, responses={200: State} | REFUSED, auth=[])
    def post(self, request: Request) -> Response:
        try:
            application = self.authenticate_client(self.readable(request))
        except ValueError as error:
            raise Unreadable from error
        if not application:
            raise UnknownClient
        if "token" not in request.data:
            raise Unreadable
        return Response(self.state(application, request.data["token"]))  # type: ignore[call-overload]

    def state(self, application: Application, token: str) -> dict[str, Any]:
        """What the application that a token was given to may know of it. Another's token does not count."""
        families = Credential.objects.select_related("access_token", "user")
        credential = families.filter(
            access_token__token_checksum=digest(token),
            access_token__expires__gt=timezone.now(),
            application=application,
            user__is_active=True,
        ).first()
        if credential is None:
            return {"active": False}
        return {
            "active": True,
            "scope": credential.access_token.scope,
            "client_id": application.client_id,
            "username": credential.user.username,
            "token_type": "Bearer",
            "exp": int(credential.access_token.expires.timestamp()),
        }


class RevokeView(ClientView):
    """End the sign-in that a token, of either kind, belongs to (RFC 7009). 200 too for a token that does not exist."""

    @extend_schema(request={FORM: Inquiry}, responses={200: None} | REFUSED, auth=[])
    def post(self, request: Request) -> Response:
        return self.ask(self.create_revocation_response, request)


class LogoutView(APIView):
    """End the family of the access token, as the other schemes have it: for a client that holds nothing else."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        log("signed out", request, request.user.pk)
        revoke(request.auth)  # type: ignore[arg-type]
        return Response(status=204)
