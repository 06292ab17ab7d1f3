"""A person's way to a provider and back, and their own account with the ways into it: pages, by session in every profile."""

from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views import View
from django.views.decorators.http import require_GET, require_POST
from rest_framework.exceptions import APIException, Throttled
from social_django.models import UserSocialAuth
from social_django.utils import psa

from project.accounts import pages as accounts
from project.accounts.credentials import confirm
from project.accounts.events import log
from project.accounts.models import User
from project.errors import BY_SESSION, answer
from project.social import handover
from project.social.pipeline import NOWHERE
from project.social.refusals import NotFinished, ProviderTrouble, trouble

FRESH = timedelta(minutes=10)
"""How long ago a sign-in may be that gives an account its first password."""
INTENT = "social_intent"
"""Where a session keeps what the person asked for when they left for the provider."""


def explained(page: Any) -> Any:
    """Answer what a provider's sign-in ran into with a page that says what to do now. Nothing of it is kept by a cache."""

    @wraps(page)
    def wrapper(request: HttpRequest, backend: str) -> HttpResponse:
        try:
            response = page(request, backend)
        except Throttled:
            raise
        except APIException as error:
            log("refused", request, getattr(request.user, "pk", None), provider=backend, reason=str(error.detail))
            response = _refused(request, backend, error)
        add_never_cache_headers(response)
        return response

    return wrapper


def _refused(request: HttpRequest, backend: str, error: APIException) -> HttpResponse:
    if error.status_code >= 500:
        wait = getattr(error, "wait", None)
        return answer(request, error.status_code, str(error.detail), {"Retry-After": str(wait)} if wait else None)
    shown = {"title": settings.SOCIAL_PROVIDERS[backend].title, "detail": error.detail, "code": error.default_code}
    return render(request, "social/refused.html", shown, status=error.status_code)


def lead_out(response: HttpResponse) -> HttpResponse:
    """Let the forms of this page lead to the providers: Chromium holds the redirects of a form to `form-action` too."""
    origins = [origin for provider in settings.SOCIAL_PROVIDERS.values() for origin in provider.origins]
    response._csp_update = {"form-action": origins}  # type: ignore[attr-defined]
    return response


class LoginPage(accounts.LoginPage):
    """The sign-in page with a button for each provider; and the page that takes over what a provider's sign-in left."""

    template_name = "social/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = None if self.by_form else handover.waiting(self.request)
        return super().get_context_data(providers=settings.SOCIAL_PROVIDERS, waiting=waiting, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return lead_out(super().dispatch(request, *args, **kwargs))  # type: ignore[arg-type]


@require_POST
@psa("social:complete")
@explained
def begin(request: Any, backend: str) -> HttpResponse:
    """Leave for the provider, to sign in or to link it to the account that is signed in here. By POST alone: a link on some
    other page must not start it (ASVS 7.6.2)."""
    intent: dict[str, Any] = {"next": request.POST.get("next", "")}
    if request.POST.get("intent") == "link":
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("profile"))
        if not _confirmed(request):
            return _profile(request, "This is not your password.", status=400)
        intent["link"] = request.user.pk
    request.session[INTENT] = intent
    with trouble():
        response: HttpResponse = request.backend.start()
    return response


@require_GET
@psa("social:complete")
@explained
def complete(request: Any, backend: str) -> HttpResponse:
    """Back from the provider. Who is signed in by session here counts only if it is they who asked to link."""
    intent = request.session.pop(INTENT, {})
    link = None
    if "link" in intent:
        if request.user.pk != intent["link"]:
            raise NotFinished
        link = request.user
    with trouble():
        user = request.backend.complete(user=link)
    if not isinstance(user, User):
        raise ProviderTrouble
    if link:
        return redirect("profile")
    return arrive(request, user, intent.get("next", ""))


def arrive(request: HttpRequest, user: User, asked: str) -> HttpResponse:
    """Signed in, where the next page works by session; else on the way to the page that takes it over."""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    following = asked if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
    if settings.AUTH_SCHEME == "session" or following.startswith(BY_SESSION):
        request.session.flush()  # a new session id also for one that was signed in
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect(following)
    handover.leave(request, user)
    return redirect(f"{reverse('accounts:login')}?{urlencode({'next': following})}")


class ProfilePage(LoginRequiredMixin, View):
    """Who I am, and the ways into my account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _profile(request)


class UnlinkPage(LoginRequiredMixin, View):
    """Take a way in away, unless it is the last one."""

    http_method_names = ["post"]

    def post(self, request: Any, pk: int) -> HttpResponse:
        link = get_object_or_404(UserSocialAuth, pk=pk, user=request.user)
        if not _confirmed(request):
            return _profile(request, "This is not your password.", status=400)
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=request.user.pk)  # two at once must not take both
            if _last(user, link):
                return _profile(request, "This is the last way into your account, so it stays. Link another one first.", 400)
            UserSocialAuth.objects.filter(pk=pk).delete()
        log("unlinked", request, user.pk, provider=link.provider)
        return redirect("profile")


class SetPasswordPage(LoginRequiredMixin, View):
    """A first password, for who has just come from a provider: a session that somebody left open gives none (ASVS 7.5.1)."""

    http_method_names = ["post"]

    def post(self, request: Any) -> HttpResponse:
        form = SetPasswordForm(request.user, request.POST)
        if request.user.has_usable_password():
            return redirect("profile")
        if timezone.now() - request.session.row.created > FRESH:
            return _profile(request, "You signed in a while ago. Sign in with the provider once more, then set one.", 400)
        if not form.is_valid():
            return _profile(request, status=400, password=form)
        form.save()
        update_session_auth_hash(request, request.user)  # every credential has ended with the change, this session too
        log("password changed", request, request.user.pk)
        return redirect("profile")


def _last(user: User, link: UserSocialAuth) -> bool:
    """Whether nobody could sign in to this account without `link`. What is not configured any more opens nothing."""
    others = UserSocialAuth.objects.filter(user=user, provider__in=settings.SOCIAL_PROVIDERS).exclude(pk=link.pk)
    return not user.has_usable_password() and not others.exists()


def _confirmed(request: Any) -> bool:
    """Whoever has a password types it again before a way in comes or goes (ASVS 7.5.1). Raises TooManyGuesses."""
    return not request.user.has_usable_password() or confirm(request, request.user, request.POST.get("password", ""))


def _profile(request: Any, problem: str = "", status: int = 200, password: Any = None) -> HttpResponse:
    user = request.user
    owned = list(UserSocialAuth.objects.filter(user=user).order_by("pk"))
    links = [
        {"pk": link.pk, "title": _title(link.provider), "created": link.created, "last": _last(user, link)} for link in owned
    ]
    linked = {link.provider for link in owned}
    try:
        allowed = reverse("allowed")
    except NoReverseMatch:
        allowed = ""
    shown = {
        "problem": problem,
        "links": links,
        "providers": {name: one for name, one in settings.SOCIAL_PROVIDERS.items() if name not in linked},
        "email": "" if user.email.endswith(f"@{NOWHERE}") else user.email,
        "allowed": allowed,
        "password": password or SetPasswordForm(user),
    }
    return lead_out(render(request, "social/profile.html", shown, status=status))


def _title(name: str) -> str:
    return settings.SOCIAL_PROVIDERS[name].title if name in settings.SOCIAL_PROVIDERS else name
