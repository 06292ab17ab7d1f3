"""Accounts, as the API shows and takes them."""

import unicodedata
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from project.accounts.models import User, time_zones
from project.accounts.validators import username_validator


class Account(serializers.ModelSerializer[User]):
    """The caller's own account. A new email needs `password` beside it (ASVS 7.5.1)."""

    username = serializers.CharField(min_length=3, max_length=30, help_text="3 to 30 letters, digits or underscores.")
    email = serializers.EmailField(max_length=254)
    time_zone = serializers.ChoiceField(choices=time_zones(), required=False)
    password = serializers.CharField(
        write_only=True, required=False, max_length=1024, trim_whitespace=False, help_text="Needed to change the email."
    )

    class Meta:
        model = User
        fields = [
            "id", "username", "email", "first_name", "last_name", "time_zone",
            "is_staff", "is_superuser", "created", "modified", "last_login", "password",
        ]  # fmt: skip
        read_only_fields = ["id", "is_staff", "is_superuser", "created", "modified", "last_login"]

    def validate_username(self, name: str) -> str:
        name = unicodedata.normalize("NFKC", name)
        username_validator(name)
        if User.objects.taken("username", name, but=self.instance):
            raise serializers.ValidationError("This username is taken.", code="unique")
        return name

    def validate_email(self, address: str) -> str:
        address = unicodedata.normalize("NFKC", address)
        if len(address) > 254:
            raise serializers.ValidationError("This address is too long.", code="max_length")
        if User.objects.taken("email", address, but=self.instance):
            raise serializers.ValidationError("This address is taken.", code="unique")
        return address


class Registration(Account):
    """A new account. The password is typed twice, and checked by the validators of the settings."""

    password = serializers.CharField(write_only=True, max_length=256, trim_whitespace=False)
    password2 = serializers.CharField(write_only=True, max_length=256, trim_whitespace=False, help_text="The same again.")

    class Meta(Account.Meta):
        fields = [*Account.Meta.fields, "password2"]

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["password"] != fields.pop("password2"):
            raise serializers.ValidationError({"password2": "The two passwords differ."})
        candidate = User(**{name: value for name, value in fields.items() if name != "password"})
        refuse_weak(fields["password"], candidate, field="password")
        return fields

    def create(self, fields: dict[str, Any]) -> User:
        return User.objects.create_user(**fields)


class PasswordChange(serializers.Serializer[Any]):
    """The password of now, and the next one."""

    old_password = serializers.CharField(max_length=1024, trim_whitespace=False)
    new_password = serializers.CharField(max_length=256, trim_whitespace=False)


def refuse_weak(password: str, user: User, field: str) -> None:
    """Raise a 400 with the messages of every password validator, under `field`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise serializers.ValidationError({field: error.messages}) from error
