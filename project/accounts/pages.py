"""The pages where people sign in and out, with the active profile's own scheme.

A script signs in as any client of the API would. Without scripts the session profile works too: its form posts here. So it
does in every profile on the way to a page about a person's own account: like the admin, those work by session.
"""

from copy import copy
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import LoginView, LogoutView, RedirectURLMixin, redirect_to_login
from django.core.exceptions import BadRequest
from django.forms import CharField, TextInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView
from rest_framework.response import Response

from project.accounts.devices import BROWSERS, SYSTEMS, in_words
from project.accounts.models import time_zones
from project.errors import BY_SESSION

ZONES = [name for name, _ in time_zones()]
DEVICES = {"browsers": BROWSERS, "systems": SYSTEMS}


class SignInForm(AuthenticationForm):
    """Takes the username or the email address: longer than any username."""

    username = CharField(
        label="Username or email",
        max_length=254,
        widget=TextInput(attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["maxlength"] = 254  # Django's form takes that of a username


class LoginPage(LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm

    @property
    def by_form(self) -> bool:
        """Whether the form of this page gives what the next page wants: a session."""
        return settings.AUTH_SCHEME == "session" or self.get_redirect_url().startswith(BY_SESSION)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(by_form=self.by_form, ways=bool(settings.SOCIAL_PROVIDERS), devices=DEVICES, **kwargs)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not self.by_form:  # a session would not open this profile's API
            return HttpResponseNotAllowed(["GET"])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        self.request.session.flush()  # a new session id also for one that was signed in
        return super().form_valid(form)


class LogoutPage(LogoutView):
    """GET asks, POST ends the session. In the other profiles the page's script ends the credential that it holds."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "accounts/logout.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self.render_to_response(self.get_context_data())


def ask(request: HttpRequest, method: str, path: str) -> Response:
    """What the API answers to the fields of a page's form. It is asked in this process: pages have no rules of their own."""
    view = resolve(path)
    asked = copy(request)
    asked.method = method
    return view.func(asked, **view.kwargs)


def shown(answer: Response) -> dict[str, Any]:
    """What the API refused, for a form: messages by field, and what belongs to none of them."""
    data = dict(answer.data or {})
    loose = [str(data.pop("detail", "")), *map(str, data.pop("non_field_errors", []))]
    return {"errors": data, "problem": " ".join(filter(None, loose)) or "Not saved yet: see what is marked below."}


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class NewPage(RedirectURLMixin, TemplateView):
    """Registration: a form for every profile, since nobody has a credential yet."""

    template_name = "accounts/new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"typed": {}, "next": self.get_redirect_url(), "zones": ZONES} | kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        answer = ask(request, "POST", reverse("accounts:register"))
        if answer.status_code != 201:
            return self.render_to_response(
                self.get_context_data(typed=request.POST, **shown(answer)), status=answer.status_code
            )
        messages.success(request, f"Welcome, {answer.data['username']}. Now sign in with the password that you chose.")
        following = self.get_redirect_url()
        return redirect(reverse("accounts:login") + (f"?{urlencode({'next': following})}" if following else ""))


FORMS = {
    "details": ("PATCH", "accounts:me", "Your details are saved."),
    "email": ("PATCH", "accounts:me", "Your email address is changed."),
    "password": ("POST", "accounts:password", "Your password is changed, and every other sign-in of yours has ended."),
    "end": ("DELETE", "credential", "That sign-in has ended."),
    "everywhere": ("POST", "logout-all", "You are signed out everywhere."),
}
"""The forms of a person's own account: what each asks the API, and what is said when it was done."""


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class OwnPage(LoginRequiredMixin, TemplateView):
    """A person's own account, where a cookie opens the API. Elsewhere the sign-in page's script shows the same parts."""

    template_name = "accounts/own.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.AUTH_SCHEME != "session":
            request.user = AnonymousUser()  # a session, an admin's say, opens no API there, and so no page
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = {
            "owner": self.request.user,
            "zones": ZONES,
            "ways": bool(settings.SOCIAL_PROVIDERS),
            "sign_ins": self.sign_ins(),
        }
        return super().get_context_data(**known | kwargs)

    def sign_ins(self) -> list[dict[str, Any]]:
        """Where the person is signed in; nowhere that a library tells of which has no such list."""
        try:
            answer = ask(self.request, "GET", reverse("credentials"))
        except NoReverseMatch:
            return []
        times = ("created", "last_used", "expires")
        rows = answer.data if answer.status_code == 200 else []
        return [{**row, "where": in_words(row["label"])} | {name: parse_datetime(row[name]) for name in times} for row in rows]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST.get("form", "")
        if form not in FORMS:
            raise BadRequest
        method, name, done = FORMS[form]
        try:
            path = reverse(name, args=[request.POST.get("id", "")] if form == "end" else [])
        except NoReverseMatch:
            raise Http404 from None
        answer = ask(request, method, path)
        if answer.status_code in (401, 403):
            return redirect_to_login(request.path)
        if answer.status_code >= 400:
            context = self.get_context_data(failed=form, typed=request.POST, **shown(answer))
            return self.render_to_response(context, status=answer.status_code)
        if form == "everywhere":
            logout(request)
        messages.success(request, done)
        return redirect("accounts:login" if form == "everywhere" else "accounts:own")
