"""What every scheme answers under /auth/: what it is, and which credentials the caller holds."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts.events import log
from schemes import PROFILES, revoke_all
from schemes.contract import Step
from schemes.story import card

active = import_module(f"schemes.{settings.AUTH_SCHEME}.authentication")


class Endpoint(serializers.Serializer[Any]):
    """A verb of the scheme: the request, with `{variables}`, and which of them the answer gives."""

    method = serializers.CharField()
    path = serializers.CharField()
    content_type = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField())
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    keep = serializers.DictField(child=serializers.CharField())


class Discovery(serializers.Serializer[Any]):
    profile = serializers.CharField()
    title = serializers.CharField()
    authorization = serializers.CharField(help_text="How a request carries the credential.")
    read = serializers.DictField(child=serializers.CharField(), help_text="Headers of a request that reads.")
    write = serializers.DictField(child=serializers.CharField(), help_text="Headers of a request that changes something.")
    endpoints = serializers.DictField(child=Endpoint())
    lifetimes = serializers.DictField(child=serializers.IntegerField(), help_text="Seconds.")
    schemes = serializers.ListField(child=serializers.CharField())


class DiscoveryView(APIView):
    """The active scheme, for a program: how to sign in, how a request carries the credential, what lives how long."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(responses=Discovery, auth=[])
    def get(self, request: Request) -> Response:
        scheme = card()
        names = ["before", "login", "refresh", "verify", "logout", *(["social"] if settings.SOCIAL_PROVIDERS else [])]
        verbs = {verb: getattr(scheme, verb) for verb in names}
        return Response(
            {
                "profile": settings.AUTH_PROFILE,
                "title": scheme.title,
                "authorization": scheme.authorization,
                "read": scheme.read,
                "write": scheme.write,
                "endpoints": {verb: _endpoint(step) for verb, step in verbs.items() if step},
                "lifetimes": {what: getattr(settings, name) for what, name in scheme.lifetimes.items()},
                "schemes": list(PROFILES),
            }
        )


def _endpoint(step: Step) -> dict[str, Any]:
    return {
        "method": step.method,
        "path": step.path,
        "content_type": step.content_type,
        "headers": step.headers,
        "fields": step.body,
        "keep": step.keep,
    }


class Credential(serializers.Serializer[Any]):
    """A sign-in that lives. Times in UTC; `last_used` to within five minutes."""

    id = serializers.IntegerField()
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()
    last_used = serializers.DateTimeField()
    label = serializers.CharField(help_text="The User-Agent of the sign-in.")  # type: ignore[assignment]
    current = serializers.SerializerMethodField(help_text="Whether this request carries it.")

    def get_current(self, credential: Any) -> bool:
        return credential == self.context["request"].auth


class CredentialsView(APIView):
    """Where the caller is signed in, newest first."""

    @extend_schema(responses=Credential(many=True))
    def get(self, request: Request) -> Response:
        rows = active.credentials(request.user).order_by("-created", "-pk")
        return Response(Credential(rows, many=True, context={"request": request}).data)


class CredentialView(APIView):
    """End one sign-in of the caller."""

    @extend_schema(responses={204: None, 404: OpenApiResponse(description="Not the caller's.")})
    def delete(self, request: Request, pk: int) -> Response:
        credential = get_object_or_404(active.credentials(request.user), pk=pk)
        active.revoke(credential)
        log("credential ended", request, request.user.pk, credential=pk)
        return Response(status=204)


class LogoutAllView(APIView):
    """End every credential of the caller, of every scheme."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        revoke_all(request.user)  # type: ignore[arg-type]
        log("signed out everywhere", request, request.user.pk)
        return Response(status=204)
