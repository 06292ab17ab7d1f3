"""The rows of the scheme: one a sign-in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class Credential(models.Model):
    """A family, all the tokens that grew from a sign-in: they live while it does; `jti` names the refresh token that counts."""

    jti = models.CharField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(db_index=True)
    last_used = models.DateTimeField(default=timezone.now)
    label = models.CharField(max_length=200, blank=True)

    claims: Any
    """What the token says by which this row was found; not stored."""
