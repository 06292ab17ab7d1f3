"""Signing in with a provider's account: what proves who somebody is differs, what the active scheme answers does not."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from project.social import exchange, handover

views: Any = import_module(f"schemes.{settings.AUTH_SCHEME}.views")
SignIn: Any = getattr(views, "LoginView", None)
"""The view that signs in by name and password, where the scheme has one; in oauth2 an application converts a token."""


class ProviderToken(serializers.Serializer[Any]):
    access_token = serializers.CharField(max_length=16384, help_text="The provider's, issued to this site.")
    id_token = serializers.CharField(max_length=16384, required=False, help_text="With OpenID Connect, what came beside it.")


GIVEN = {200: getattr(views, "Issued", None) or getattr(views, "Account", None)}
BESIDE = [views.CSRF_TOKEN] if hasattr(views, "CSRF_TOKEN") else []

if SignIn:

    class SocialView(SignIn):
        """Sign in with a provider's access token -> what a sign-in with a password gives."""

        @extend_schema(request=ProviderToken, responses=GIVEN | exchange.PROVIDER, parameters=BESIDE, auth=[])
        def post(self, request: Request, backend: str) -> Response:
            form = ProviderToken(data=request.data)
            form.is_valid(raise_exception=True)
            return self.answer(request._request, exchange.person(request._request, backend, **form.validated_data))


class HandOverView(SignIn or views.ConvertView):  # type: ignore[misc]
    """What a sign-in answers, once, to the page of a person who came back from a provider."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    parser_classes = [FormParser, JSONParser]

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        SessionAuthentication().enforce_csrf(request)
        with transaction.atomic():  # refused for another reason, say an application that is mistyped, it waits on
            response: Response = self.answer(request._request, handover.take(request._request))
            request.session.flush()
        return response


urlpatterns = []
if SignIn:
    urlpatterns += [path("social/<slug:backend>/", SocialView.as_view(), name="social")]
if settings.AUTH_SCHEME != "session":
    urlpatterns += [path("hand-over/", HandOverView.as_view(), name="hand-over")]
