"""The rows of the scheme, beside the toolkit's: one a sign-in."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, IDToken, RefreshToken


class Families(models.QuerySet["Credential"]):
    """Families, which end with all that grew from them."""

    most = 30_000
    """At once: `delete` names each of them, and SQLite takes no more than 32,766 parameters."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """The lock lets a refresh under way finish first, so that nothing is born afterwards.

        The toolkit's rows go in one statement a table. Django's cascade would load each of them, to look for rows of others
        that refer to it: those are all here.
        """
        with transaction.atomic():
            ended = dict(self.select_for_update().values_list("token_family", "access_token"))
            access_tokens = AccessToken.objects.filter(pk__in=[pk for pk in ended.values() if pk])
            id_tokens = list(access_tokens.exclude(id_token=None).values_list("id_token", flat=True))
            for rows in (
                Credential.objects.filter(token_family__in=ended),
                RefreshToken.objects.filter(token_family__in=ended),
                access_tokens,
                IDToken.objects.filter(pk__in=id_tokens),
            ):
                rows._raw_delete(self.db)
        return len(ended), {Credential._meta.label: len(ended)}

    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django's: no manager has it


class Credential(models.Model):
    """A family, all the tokens that grew from one sign-in: they live while it does; `access_token` is the one that counts.

    A token that an application got in its own name is a family of one, without a user.
    """

    token_family = models.UUIDField(unique=True)
    """What the toolkit's refresh tokens of this sign-in have in common."""
    access_token: Any = models.OneToOneField(AccessToken, models.SET_NULL, null=True, related_name="credential")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    scope = models.TextField(blank=True)
    """What was allowed: a renewal may ask for less, and the next one for all of it again (RFC 6749, section 6)."""
    code = models.CharField(max_length=64, null=True, unique=True)
    """Digest of the authorization code that began it: a code that comes again ends what it gave (RFC 6749, section 4.1.2)."""
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(db_index=True)
    last_used = models.DateTimeField(default=timezone.now)
    label = models.CharField(max_length=200, blank=True)

    objects = Families.as_manager()
