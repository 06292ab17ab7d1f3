"""Accounts in Django's admin: found by name or address, and what they hold ended by an action."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest

from project.accounts.models import Guesses, User
from project.accounts.pages import SignInForm
from schemes import revoke_all


class AdminSignInForm(SignInForm):
    """The admin's own form cuts names to the length of a username; an email address is longer."""

    error_messages = SignInForm.error_messages | {
        "invalid_login": "Please enter the name or email and the password of a staff account."
    }
    required_css_class = "required"

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if not user.is_staff:
            raise self.get_invalid_login_error()


admin.site.login_form = AdminSignInForm
admin.site.site_header = "Polls administration"


class CreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email")


@admin.register(User)
class AccountAdmin(UserAdmin):
    add_form = CreationForm
    list_display = ("username", "email", "is_staff", "is_active", "created", "last_login")
    list_filter = ("is_staff", "is_active", "created")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username",)
    readonly_fields = ("created", "modified", "last_login")
    actions = ["end_credentials"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "time_zone")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "created", "modified")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "usable_password", "password1", "password2"), "classes": ("wide",)}),
    )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Whoever may delete an account may delete what hangs on it, though nobody may delete a credential by itself."""
        deleted, counts, _, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), protected

    @admin.action(description="End every credential of the selected accounts")
    def end_credentials(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            revoke_all(user)
        self.message_user(request, f"{len(queryset)} accounts are signed out everywhere.", messages.SUCCESS)


@admin.register(Guesses)
class GuessesAdmin(admin.ModelAdmin):
    """Who is being guessed at: deleting a row lets its name in again."""

    list_display = ("key", "failures", "last")
    ordering = ("-last",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Guesses | None = None) -> bool:
        return False
