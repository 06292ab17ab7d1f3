"""The verbs of the scheme."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from oauth2_provider.models import Application
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request as OAuthRequest
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts import credentials
from project.accounts.events import log
from project.accounts.models import User
from project.social.exchange import PROVIDER, person
from schemes.contract import FORM
from schemes.credential import digest
from schemes.oauth2.authentication import revoke
from schemes.oauth2.models import Credential
from schemes.oauth2.server import GRANTS, Scopes


class Client(serializers.Serializer[Any]):
    """The application: here, or as HTTP Basic (RFC 6749, section 2.3.1)."""

    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class Grant(Client):
    """RFC 6749, sections 4.1 (authorization_code), 4.4 (client_credentials), 6 (refresh_token), and 4.3 (password), which
    RFC 9700 section 2.4 says must not be used."""

    grant_type = serializers.ChoiceField(GRANTS)
    code = serializers.CharField(required=False, allow_blank=True, help_text="Of the authorization answer.")
    redirect_uri = serializers.CharField(required=False, allow_blank=True, help_text="The one of the authorization request.")
    code_verifier = serializers.CharField(
        required=False, allow_blank=True, help_text="RFC 7636: what the challenge was made of."
    )
    username = serializers.CharField(required=False, help_text="The username or the email address.")
    password = serializers.CharField(required=False)
    refresh_token = serializers.CharField(required=False, allow_blank=True)
    scope = serializers.CharField(
        required=False, allow_blank=True, help_text="Absent: `read`; by password all that the application may ask for."
    )


class Conversion(Client):
    """A token of another provider, for tokens of ours."""

    grant_type = serializers.ChoiceField(["convert_token"])
    backend = serializers.CharField(help_text="Which provider gave it.")
    token = serializers.CharField(help_text="Its access token.")
    id_token = serializers.CharField(required=False, help_text="Its id token, where it speaks OpenID Connect.")


class Issued(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField(required=False, help_text="Not for an application in its own name.")
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.CharField()
    id_token = serializers.CharField(required=False, help_text="With scope `openid`.")


class Inquiry(Client):
    token = serializers.CharField()
    token_type_hint = serializers.CharField(required=False)


class State(serializers.Serializer[Any]):
    """RFC 7662, section 2.2. Of a token that does not count, `active` alone."""

    active = serializers.BooleanField()
    scope = serializers.CharField(required=False)
    client_id = serializers.CharField(required=False)
    username = serializers.CharField(required=False)
    sub = serializers.CharField(required=False, help_text="The number of the account.")
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
        if status == 401:
            headers |= {"WWW-Authenticate": UnknownClient.auth_header}  # applications speak Basic here (RFC 6749, section 5.2)
        return Response(json.loads(body) if body else None, status, headers={"Cache-Control": "no-store"} | headers)

    def handle_exception(self, exc: Exception) -> Response:
        """What nobody can read is refused in the words of RFC 6749 too."""
        return super().handle_exception(Unreadable() if isinstance(exc, ParseError | SuspiciousOperation) else exc)

    def readable(self, request: Request) -> HttpRequest:
        """The request for the library, once it is sure to be a form (else 415 or 400) with nothing in its URL, nothing twice,
        and one way to say which application asks (RFC 6749, sections 2.3 and 3.2)."""
        form: Any = request.data
        if request.META.get("QUERY_STRING") or not form:
            raise Unreadable
        twice = [name for name, values in form.lists() if len(values) > 1 and name != "resource"]
        if twice:
            raise Unreadable(f"Sent more than once: {', '.join(sorted(twice))[:200]}.")
        if request.headers.get("Authorization", "").lower().startswith("basic ") and "client_secret" in form:
            raise Unreadable("An application says who it is in one way: in the header, or here.")
        return request._request


class Unreadable(APIException):
    """400 in the words of RFC 6749, section 5.2."""

    status_code = 400

    def __init__(
        self, why: str = "A form is read here, from the body alone: what stands in a URL is logged on the way."
    ) -> None:
        super().__init__({"error": "invalid_request", "error_description": why})


class UnknownClient(APIException):
    """401 in the words of RFC 6749, section 5.2."""

    status_code = 401
    auth_header = 'Basic realm="api"'
    default_detail = {"error": "invalid_client"}


class NotGranted(APIException):
    """400 in the words of RFC 6749, section 5.2."""

    status_code = 400

    def __init__(self, description: str) -> None:
        super().__init__({"error": "invalid_grant", "error_description": description})


class TokenView(ClientView):
    """Sign in or renew: a code, a refresh token, name and password, or nothing but the application -> tokens (RFC 6749)."""

    @extend_schema(request={FORM: Grant}, responses={200: Issued} | REFUSED | credentials.LIMITED, auth=[])
    def post(self, request: Request) -> Response:
        if not self.readable(request).POST.get("grant_type"):
            raise Unreadable("There is no grant_type.")
        return self.ask(self.create_token_response, request)


class ConvertView(ClientView):
    """Sign in with another provider's token: a person whom it vouches for -> a pair of tokens of ours."""

    @extend_schema(request={FORM: Conversion}, responses={200: Issued} | PROVIDER | REFUSED, auth=[])
    def post(self, request: Request) -> Response:
        form = Conversion(data=self.readable(request).POST)
        if not form.is_valid():
            raise Unreadable
        self.application(request._request)
        fields = form.validated_data
        try:
            user = person(request._request, fields["backend"], fields["token"], fields.get("id_token", ""))
        except credentials.WrongCredentials as error:
            raise NotGranted(str(error.detail)) from error
        return self.answer(request._request, user)

    def application(self, request: HttpRequest) -> OAuthRequest:
        """The request of an application that may sign people in. Raises UnknownClient, or NotGranted."""
        core = self.get_oauthlib_core()
        asked = OAuthRequest(*core._extract_params(request))
        validator = core.server.request_validator
        proven = (
            validator.authenticate_client(asked)
            if validator.client_authentication_required(asked)
            else validator.authenticate_client_id(asked.client_id, asked)
        )
        if not proven:
            raise UnknownClient
        if asked.client.authorization_grant_type not in (Application.GRANT_AUTHORIZATION_CODE, Application.GRANT_PASSWORD):
            raise NotGranted("This application signs nobody in.")
        return asked

    def answer(self, request: HttpRequest, user: User) -> Response:
        """What a sign-in answers, however the person proved who they are."""
        asked = self.application(request)
        core = self.get_oauthlib_core()
        asked.user, asked.grant_type = user, "convert_token"
        asked.scopes = [name for name in Scopes().get_available_scopes(asked.client) if name in ("read", "write")]
        token = core.server.default_token_type.create_token(asked, refresh_token=True)
        core.server.request_validator.save_token(token, asked)
        return Response(token, headers={"Cache-Control": "no-store"})


class VerifyView(ClientView):
    """Whether an access token counts now (RFC 7662), for its own application and for resource servers that are named."""

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
        """What an application may know of a token: of its own, or of everybody's if it is a resource server of ours."""
        families = Credential.objects.select_related("access_token", "application", "user")
        if application.client_id not in settings.OAUTH2_RESOURCE_SERVERS:
            families = families.filter(application=application)
        credential = families.filter(
            Q(user=None) | Q(user__is_active=True),
            access_token__token_checksum=digest(token),
            access_token__expires__gt=timezone.now(),
        ).first()
        if credential is None:
            return {"active": False}
        user = credential.user
        return {
            "active": True,
            "scope": credential.access_token.scope,
            "client_id": credential.application.client_id,
            "token_type": "Bearer",
            "exp": int(credential.access_token.expires.timestamp()),
        } | ({"username": user.username, "sub": str(user.pk)} if user else {})


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


class UserInfoView(APIView):
    """Who the person of a token is, as far as its scopes say (OpenID Connect Core 1.0, section 5.3)."""

    scope = "openid"

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        validator = oauth2_settings.OAUTH2_VALIDATOR_CLASS()
        asked = OAuthRequest("")
        asked.user, asked.scopes = request.user, request.auth.access_token.scope.split()  # type: ignore[union-attr]
        return Response(validator.get_oidc_claims(None, None, asked))

    @extend_schema(request=None, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        return self.get(request)
