"""The rows of the scheme: one a signed-in browser."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class Credential(AbstractBaseSession):
    """Django's session, found by the digest of its key, with its user in a column: one query loads both."""

    id = models.BigAutoField(primary_key=True)
    session_key = models.CharField(max_length=64, unique=True)
    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(default=timezone.now)
    label = models.CharField(max_length=200, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @property
    def expires(self) -> datetime:
        return self.expire_date
