"""Applications, as administrators and scripts make them: grants that are on, and no secretless client with a password grant."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from oauth2_provider.models import Application

OFFERED = (Application.GRANT_AUTHORIZATION_CODE, Application.GRANT_CLIENT_CREDENTIALS, Application.GRANT_PASSWORD)


def refuse(application: Application) -> None:
    """Raises ValidationError for what must not exist: RFC 9700, section 2.4, and RFC 6749, section 4.4."""
    grant = application.authorization_grant_type
    if grant not in OFFERED:
        raise ValidationError({"authorization_grant_type": f"This grant is off here. Accepted: {', '.join(OFFERED)}."})
    if application.client_type == Application.CLIENT_PUBLIC and grant != Application.GRANT_AUTHORIZATION_CODE:
        raise ValidationError({"client_type": f"The grant {grant} needs a client that keeps a secret: confidential."})


class ApplicationForm(forms.ModelForm):
    """Says what each choice means; id tokens are signed for whoever may ask for one."""

    class Meta:
        model = Application
        fields = (
            "name", "client_id", "client_secret", "client_type", "authorization_grant_type", "redirect_uris", "algorithm"
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = dict(Application.GRANT_TYPES)
        grants = [(grant, named[grant]) for grant in OFFERED]
        grants[-1] = (grants[-1][0], "Password (legacy: RFC 9700 says not to use it)")
        self.fields["authorization_grant_type"].choices = grants  # type: ignore[attr-defined]
        self.fields["algorithm"].initial = Application.RS256_ALGORITHM if settings.OIDC_ENABLED else ""
        self.fields["algorithm"].choices = [("", "none"), (Application.RS256_ALGORITHM, "RS256")]  # type: ignore[attr-defined]

        secret = self.fields["client_secret"]
        secret.help_text = "Copy it now: its hash alone is kept. A public application has none to keep."
        if self.instance.pk:
            self.initial["client_secret"], secret.required = "", False
            secret.help_text = "Left empty, it stays as it is; only its hash is kept."

    def clean_client_secret(self) -> str:
        return self.cleaned_data["client_secret"] or self.instance.client_secret

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        chosen = ("client_type", "authorization_grant_type")
        if cleaned and all(name in cleaned for name in chosen):
            refuse(Application(**{name: cleaned[name] for name in chosen}))
        return cleaned


class ApplicationAdmin(admin.ModelAdmin):
    """The toolkit's setting names this class; in the stock profiles its own stands here."""

    form = ApplicationForm
    list_display = ("name", "client_id", "client_type", "authorization_grant_type", "created")
    list_filter = ("client_type", "authorization_grant_type")
    search_fields = ("name", "client_id")
