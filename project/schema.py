"""The OpenAPI document of the active profile: its security scheme, and the answers that every operation shares."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from schemes.story import card


class Error(serializers.Serializer[Any]):
    """What is wrong, in one sentence."""

    detail = serializers.CharField()


class FieldErrors(serializers.Serializer[Any]):
    """What is wrong: messages by field, or one sentence under `detail`."""


class FieldErrorsSchema(OpenApiSerializerExtension):
    target_class = FieldErrors

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        return {
            "type": "object",
            "description": FieldErrors.__doc__,
            "properties": {"detail": {"type": "string"}},
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        }


class ActiveScheme(OpenApiAuthenticationExtension):
    """The security scheme as the active scheme's card has it."""

    target_class = "rest_framework.authentication.BaseAuthentication"
    match_subclasses = True
    name = settings.AUTH_SCHEME

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return dict(card().security)


HEADERS = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True, "description": "The challenge."}},
    "429": {"Retry-After": {"schema": {"type": "integer"}, "required": True, "description": "Seconds."}},
    "503": {"Retry-After": {"schema": {"type": "integer"}, "required": True, "description": "Seconds."}},
}


class Schema(AutoSchema):
    """Adds to each operation what it can answer whoever wrote it, and to each error the body and headers that all have."""

    def get_tags(self) -> list[str]:
        return [self.path.strip("/").split("/")[0]]

    def get_override_parameters(self) -> list[OpenApiParameter]:  # type: ignore[override]
        """What the active scheme wants beside the credential on a request that changes something: a CSRF token, if any."""
        beside = set(card().write) - set(card().read)
        if self.method in SAFE_METHODS or not self.view.get_authenticators():
            return []
        return [OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True) for name in sorted(beside)]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            answers = operation["responses"]
            for status, description in self._shared().items():
                answers.setdefault(status, {"description": description})
            for status, answer in answers.items():
                if status >= "400" and "content" not in answer:
                    common = OpenApiResponse(FieldErrors if status == "400" else Error, answer["description"])
                    answer.update(self._get_response_for_code(common, status))
                if status in HEADERS:
                    answer["headers"] = HEADERS[status]
            operation["responses"] = dict(sorted(answers.items()))
        return operation

    def _shared(self) -> dict[str, str]:
        shared = {
            "400": "Invalid.",
            "403": "Not allowed.",
            "406": "Nothing here can be sent in a type that `Accept` names.",
            "413": "The body is too long.",
            "415": "A content type or a charset that is not read here.",
            "503": "The database or the cache is gone; try again.",
        }
        if self.view.get_authenticators():
            shared[str(card().refused)] = "No credential, or one that is refused."
        return shared
