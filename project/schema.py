"""The OpenAPI document of the active profile: its security scheme, and the answers that every operation shares."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from schemes.story import card


class Error(serializers.Serializer[Any]):
    """What is wrong, in one sentence."""

    detail = serializers.CharField()


class FieldErrors(serializers.Serializer[Any]):
    """What is wrong: messages by field, or one sentence under `detail`."""

    detail = serializers.CharField(required=False)


class ActiveScheme(OpenApiAuthenticationExtension):
    """The security scheme as the active scheme's card has it."""

    target_class = "rest_framework.authentication.BaseAuthentication"
    match_subclasses = True
    name = settings.AUTH_SCHEME

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return dict(card().security)


class Schema(AutoSchema):
    """Adds to each operation what it can answer whoever wrote it: refused, limited, out of service."""

    def get_tags(self) -> list[str]:
        return [self.path.strip("/").split("/")[0]]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status, (serializer, description) in self._shared("requestBody" in operation).items():
                operation["responses"].setdefault(
                    status, self._get_response_for_code(OpenApiResponse(serializer, description), status)
                )
            operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation

    def _shared(self, has_body: bool) -> dict[str, tuple[Any, str]]:
        shared: dict[str, tuple[Any, str]] = {
            "400": (FieldErrors, "Invalid."),
            "406": (Error, "Nothing here can be sent in a type that `Accept` names."),
            "503": (Error, "The database or the cache is gone; try again."),
        }
        if self.view.get_authenticators():
            shared[str(card().refused)] = (Error, "No credential, or one that is refused.")
            shared["403"] = (Error, "Not allowed.")
        if has_body:
            shared["415"] = (Error, "A content type that is not read here.")
        return shared
