"""The one User, and the counters of wrong guesses."""

from typing import Any

import pytz
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from project.accounts.folding import FoldedField, fold
from project.accounts.validators import username_validator
from schemes import revoke_all


def time_zones() -> list[tuple[str, str]]:
    """pytz's common zones; a function, so that a new release of pytz is no migration of ours."""
    return [(name, name) for name in pytz.common_timezones]


class Users(UserManager["User"]):
    """Looks names and addresses up in their folded form, in which they are unique."""

    def named(self, name: str) -> "User | None":
        """The account of a username or an email address. A username holds no @, so a name is one or the other."""
        if len(name) > 254 or "\0" in name:  # longer than any name, or what no database stores: nobody's
            return None
        return self.filter(**{"email_key" if "@" in name else "username_key": fold(name)}).first()

    def taken(self, field: str, value: str, but: "User | None" = None) -> bool:
        """Whether an account other than `but` has this `username` or `email`, in any spelling."""
        found = self.filter(**{f"{field}_key": fold(value)})
        return found.exclude(pk=but.pk).exists() if but and but.pk else found.exists()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username_key=fold(username or ""))


class User(AbstractUser):
    """An account. Saving it with another password, or no longer active, ends every credential it holds, of every scheme."""

    username = models.CharField(
        max_length=30, unique=True, validators=[username_validator], help_text="3 to 30 letters, digits or underscores."
    )
    username_key = FoldedField("username", max_length=120, unique=True)
    email = models.EmailField("email address", unique=True)
    email_key = FoldedField("email", max_length=1020, unique=True)
    time_zone = models.CharField(max_length=64, choices=time_zones, default="UTC")
    created = models.DateTimeField(default=timezone.now, editable=False)
    modified = models.DateTimeField(auto_now=True)
    date_joined = None  # type: ignore[assignment]  # `created` says it

    REQUIRED_FIELDS = ["email"]

    objects = Users()  # type: ignore[misc]

    _entitled: tuple[Any, Any] | None = None

    @classmethod
    def from_db(cls, *args: Any) -> "User":  # type: ignore[override]
        user = super().from_db(*args)
        user._entitled = user._entitlement()
        return user

    def clean(self) -> None:
        """Forms (the admin's) see the folded columns' uniqueness here, as an error of the field that people typed in."""
        super().clean()
        taken = [name for name in ("username", "email") if User.objects.taken(name, getattr(self, name), but=self)]
        if taken:
            raise ValidationError({name: f"This {name} is taken." for name in taken})

    def _entitlement(self) -> tuple[Any, Any]:
        """What a credential rests on; read without touching the database, whatever columns were loaded."""
        return self.__dict__.get("password"), self.__dict__.get("is_active")

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's. It may renew the hash (another hasher, more rounds), which is no change of the password."""
        entitled, self._entitled = self._entitled, None
        right = super().check_password(raw_password)
        self._entitled = self._entitled or entitled
        return right

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._entitled = self._entitlement()

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is not None:
            folded = {f"{name}_key" for name in ("username", "email") if name in fields}
            kwargs["update_fields"] = {*fields, *folded, "modified"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self._entitled is not None and self._entitled != self._entitlement():
                revoke_all(self)
            self._entitled = self._entitlement()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """The lock lets a vote or a sign-in under way finish first: PostgreSQL would refuse to delete around it."""
        with transaction.atomic():
            list(User.objects.select_for_update().filter(pk=self.pk))
            return super().delete(*args, **kwargs)


class Guesses(models.Model):
    """Wrong passwords in a row for one name from one address: `credentials.Gate` counts here, for every process."""

    key = models.CharField(max_length=64, primary_key=True)
    """SHA-256 of name and address: people type passwords into the wrong field."""
    failures = models.PositiveIntegerField(default=0)
    last = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "guesses"
