"""The OpenAPI document of the active profile: its security scheme, and the answers that every operation shares."""

import re
from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.viewsets import ViewSetMixin

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
    """The security scheme as the active scheme's card has it, of the libraries' own classes too."""

    priority = 1  # before what drf-spectacular knows of those
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

    def get_operation_id(self) -> str:
        """POST to a verb creates nothing: /auth/login/ is `auth_login`."""
        name: str = super().get_operation_id()
        return name if isinstance(self.view, ViewSetMixin) else name.removesuffix("_create")

    def get_summary(self) -> str:
        """The first sentence of the description."""
        text = " ".join((self.get_description() or "").split())
        sentence = re.match(r".*?\.(?= |$)", text)
        return sentence[0] if sentence else text

    def get_auth(self) -> list[dict[str, Any]]:
        """Nothing where everybody may ask: REST framework has no permission, or no authentication, for that."""
        permissions = self.view.get_permissions()
        return super().get_auth() if permissions and self.view.get_authenticators() else []

    def get_override_parameters(self) -> list[OpenApiParameter]:  # type: ignore[override]
        """What the active scheme wants beside the credential on a request that changes something: a CSRF token, if any."""
        beside = sorted(set(card().write) - set(card().read))
        if self.method in SAFE_METHODS or not self.view.get_authenticators():
            return []
        told = "What stands in the cookie that came with it."
        return [OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=told) for name in beside]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation.setdefault("security", [])
            if operation.get("description") == operation.get("summary"):
                operation.pop("description", None)
            answers = operation["responses"]
            for status, description in self._shared().items():
                answers.setdefault(status, {"description": description})
            for status, answer in answers.items():
                answer["description"] = answer["description"] or HTTPStatus(int(status)).phrase
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
        elif self.view.get_authenticate_header(self.view.request):
            shared["401"] = "What was sent is refused."
        return shared
