"""Registration, the caller's own account, a new password: the same in every profile."""

from typing import Any

from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.db import IntegrityError
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.accounts.credentials import LIMITED, confirm
from project.accounts.events import log
from project.accounts.models import User
from project.accounts.serializers import Account, PasswordChange, Registration, refuse_weak


def save_once(serializer: serializers.ModelSerializer[User]) -> None:
    """Save; if somebody else took the name between check and save, say so as the check would have (ASVS 15.4.2).

    In no transaction but the account's own: a password is hashed before it, so that nobody waits to write meanwhile.
    """
    try:
        serializer.save()
    except IntegrityError:
        serializer.run_validation(serializer.initial_data)
        raise


@extend_schema(auth=[])
class RegisterView(generics.CreateAPIView[User]):
    """Make an account."""

    authentication_classes = []
    permission_classes = [AllowAny]
    serializer_class = Registration

    def perform_create(self, serializer: Any) -> None:
        save_once(serializer)
        log("registered", self.request, serializer.instance.pk)


@extend_schema_view(
    get=extend_schema(description="The caller's own account."),
    put=extend_schema(description="Replace the caller's own account.", responses={200: Account} | LIMITED),
    patch=extend_schema(description="Change parts of the caller's own account.", responses={200: Account} | LIMITED),
)
class MeView(generics.RetrieveUpdateAPIView[User]):
    """The caller's own account."""

    serializer_class = Account

    def get_object(self) -> User:
        return self.request.user  # type: ignore[return-value]

    def perform_update(self, serializer: Any) -> None:
        fields = serializer.validated_data
        password = fields.pop("password", None)
        if "email" in fields and fields["email"] != self.get_object().email:
            if password is None:
                raise serializers.ValidationError({"password": ["A new email needs your password."]})
            if not confirm(self.request, self.get_object(), password):
                raise serializers.ValidationError({"password": ["This is not your password."]})
        save_once(serializer)


class PasswordView(APIView):
    """Change the password. Every credential issued before ends; a session that asked for it goes on."""

    @extend_schema(request=PasswordChange, responses={204: None} | LIMITED)
    def post(self, request: Request) -> Response:
        form = PasswordChange(data=request.data)
        form.is_valid(raise_exception=True)
        user: User = request.user  # type: ignore[assignment]
        if not confirm(request, user, form.validated_data["old_password"]):
            raise serializers.ValidationError({"old_password": ["This is not your password."]})
        refuse_weak(form.validated_data["new_password"], user, field="new_password")
        user.set_password(form.validated_data["new_password"])
        user.save(update_fields=["password"])
        if SESSION_KEY in request.session:  # read before the change, so it is the caller's; any other is gone by now
            update_session_auth_hash(request, user)
        log("password changed", request, user.pk)
        return Response(status=204)
