"""The rows of the scheme, beside the toolkit's: one a sign-in."""

import secrets
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, models, transaction
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, IDToken, RefreshToken


class Families(models.QuerySet["Credential"]):
    """Families, which end with all that grew from them."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """The lock lets a refresh under way finish first, so that nothing is born afterwards."""
        with transaction.atomic():
            return Credential.objects.filter(pk__in=list(self.select_for_update().values_list("pk", flat=True)))._end()

    def prune(self) -> tuple[int, dict[str, int]]:
        """The same, of families that are found by their expiry alone, in an order without ties. SQLite need not have thousands
        of them named: it has no other writer meanwhile, and finds the same ones again while their tokens go."""
        if connections[self.db].features.has_select_for_update:
            return self.delete()
        with transaction.atomic():
            return self._end()

    def _end(self) -> tuple[int, dict[str, int]]:
        """The toolkit's rows go in one statement a table. Django's cascade would load each of them, to look for rows of others
        that refer to it: those are all here."""
        access_tokens = AccessToken.objects.filter(pk__in=self.values("access_token"))
        for rows in (
            IDToken.objects.filter(pk__in=access_tokens.exclude(id_token=None).values("id_token")),
            RefreshToken.objects.filter(token_family__in=self.values("token_family")),
            access_tokens,
        ):
            rows._raw_delete(self.db)
        families = self._raw_delete(self.db)
        return families, {Credential._meta.label: families}

    delete.queryset_only = prune.queryset_only = True  # type: ignore[attr-defined]  # as Django's: no manager has it


def new_family() -> UUID:
    """One that begins with its time (RFC 9562, version 7): those of a day stand together in every index.

    So a sign-in writes where the last one wrote, and a thousand that expire together are found in few pages.
    """
    milliseconds = time.time_ns() // 1_000_000
    return UUID(int=milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62))


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
