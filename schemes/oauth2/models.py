"""The rows of the scheme, beside the toolkit's: one a sign-in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application


class Credential(models.Model):
    """A family, all the tokens that grew from one sign-in: they live while it does; `access_token` is the one that counts."""

    token_family = models.UUIDField(unique=True)
    """What the toolkit's refresh tokens of this sign-in have in common."""
    access_token: Any = models.OneToOneField(AccessToken, models.SET_NULL, null=True, related_name="credential")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(db_index=True)
    last_used = models.DateTimeField(default=timezone.now)
    label = models.CharField(max_length=200, blank=True)
