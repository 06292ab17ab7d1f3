"""What people see of it: which application asks for what, and which they allowed before. Both work by session."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.http import MAX_URL_LENGTH
from django.views.decorators.cache import never_cache
from django.views.generic import ListView
from oauth2_provider.models import Application, Grant
from oauth2_provider.oauth2_backends import _add_iss_to_redirect
from oauth2_provider.scopes import get_scopes_backend
from oauth2_provider.views import AuthorizationView

from project.accounts.events import log
from project.errors import answer
from schemes.oauth2.authentication import credentials
from schemes.oauth2.models import Credential
from schemes.oauth2.validator import SIGNED_IN


@method_decorator(never_cache, name="dispatch")
class AuthorizePage(AuthorizationView):
    """The authorization endpoint (RFC 6749, section 3.1): an application asks, its person consents or does not."""

    template_name = "oauth2/authorize.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "POST"):
            return self.http_method_not_allowed(request)
        if len(request.get_full_path()) > MAX_URL_LENGTH:  # nobody would find back to it after signing in
            return answer(request, 414, "The application's question is too long: its state, most likely.")
        request.META[SIGNED_IN] = request.user.is_authenticated
        return super().dispatch(request, *args, **kwargs)

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        """Chromium applies `form-action` to where the form's answer leads: to the application that asked."""
        response = super().render_to_response(context, **options)
        if "redirect_uri" in context:
            address = urlsplit(context["redirect_uri"])
            target = f"{address.scheme}://{address.netloc}" if address.scheme in ("http", "https") else f"{address.scheme}:"
            response._csp_update = {"form-action": [target]}
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Hidden fields that somebody changed so far that nothing fits any more are a 400."""
        if not Application.objects.filter(client_id=form.cleaned_data["client_id"]).exists():
            return self.form_invalid(form)
        response = super().form_valid(form)
        allowed = "allowed" if form.cleaned_data["allow"] else "refused"
        log(f"application {allowed}", self.request, self.request.user.pk, application=form.cleaned_data["client_id"])
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return answer(self.request, 400, "This form is not the one that the site gave out.")

    def redirect(self, redirect_to: str, application: Any) -> HttpResponse:
        """Every authorization answer names its issuer, a refusal too (RFC 9207, section 2)."""
        if "iss" not in parse_qs(urlsplit(redirect_to).query):
            redirect_to = _add_iss_to_redirect(redirect_to, settings.PUBLIC_URL)
        return super().redirect(redirect_to, application)


@method_decorator(never_cache, name="dispatch")
class AllowedPage(LoginRequiredMixin, ListView):
    """The applications that hold tokens in my name, and what ends each (ASVS 10.7.3)."""

    template_name = "oauth2/allowed.html"
    context_object_name = "allowed"

    def get_queryset(self) -> Any:
        """One entry an application: its name, since when, last used, what it may do in words."""
        person: Any = self.request.user
        words = get_scopes_backend().get_all_scopes()
        entries: dict[int, dict[str, Any]] = {}
        for family in credentials(person).select_related("application").order_by("created"):
            entry = entries.setdefault(family.application_id, {"application": family.application, "since": family.created})
            entry["may"] = sorted({*entry.get("may", []), *(words.get(scope, scope) for scope in family.scope.split())})
            entry["last_used"] = max(family.last_used, entry.get("last_used", family.last_used))
        return list(entries.values())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Revoke: every token that the application holds in my name ends, and every code that it could still spend."""
        person: Any = request.user
        application = get_object_or_404(Application, client_id=request.POST.get("client_id", ""))
        Grant.objects.filter(user=person, application=application).delete()
        Credential.objects.filter(user=person, application=application).delete()
        log("application no longer allowed", request, person.pk, application=application.client_id)
        messages.success(request, f"{application} is no longer allowed.")
        return HttpResponseRedirect(request.path)
