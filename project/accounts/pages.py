"""The pages where people sign in and out, with the active profile's own scheme.

A script signs in as any client of the API would. Without scripts the session profile works too: its form posts here. So it
does in every profile on the way to a page about a person's own account: like the admin, those work by session.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView, LogoutView
from django.forms import CharField, TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.generic import TemplateView

from project.errors import BY_SESSION


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
        return super().get_context_data(by_form=self.by_form, **kwargs)

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


class OwnPage(LoginRequiredMixin, TemplateView):
    """A person's own account."""

    template_name = "accounts/own.html"
