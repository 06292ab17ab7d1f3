"""Who holds which credential, since when, and an action that ends it: one list a scheme, in every profile."""

from importlib import import_module
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.authtoken.models import TokenProxy

from schemes import SCHEMES

admin.site.unregister(TokenProxy)  # installed for the profile token-stock; nobody needs to see its keys

CREDENTIALS = [import_module(f"schemes.{name}.models").Credential for name in SCHEMES]


@admin.register(*CREDENTIALS)
class CredentialAdmin(admin.ModelAdmin):
    list_display = ("user", "label", "created", "last_used", "ends")
    list_filter = ("created",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email", "label")
    ordering = ("-created",)
    fields = readonly_fields = ("user", "label", "created", "last_used", "ends")
    actions = ["end_selected"]

    @admin.display(description="expires")
    def ends(self, credential: Any) -> Any:
        return credential.expires

    @admin.action(description="End the selected credentials")
    def end_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        scheme = import_module(f"schemes.{self.opts.app_label}.authentication")
        rows = list(queryset)
        for credential in rows:
            scheme.revoke(credential)
        self.message_user(request, f"{len(rows)} credentials are ended.", messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
