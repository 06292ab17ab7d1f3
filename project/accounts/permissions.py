"""Who may ask, where nothing else is said."""

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request


class IsPerson(IsAuthenticated):
    """Somebody with an account. An application that asks in its own name is authenticated too, and is nobody."""

    message = "A person is needed here. This credential is an application's own."

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and request.user.pk is not None
