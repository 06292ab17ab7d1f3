"""The pages where people sign in and out, with the active profile's own scheme.

A script signs in as any client of the API would. Without scripts the session profile works too: its form posts here.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.forms import CharField, TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed


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

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.AUTH_SCHEME != "session":  # a session would not open this profile's API
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
