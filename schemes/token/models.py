"""The rows of the scheme: one a sign-in."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Credential(models.Model):
    """A token, as far as the server keeps it: its digest, and until when it counts."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(db_index=True)
    last_used = models.DateTimeField(default=timezone.now)
    label = models.CharField(max_length=200, blank=True)
