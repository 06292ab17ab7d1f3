"""What holds for every path of the API, whichever scheme protects it."""

from collections.abc import Callable
from functools import cached_property

import pytz
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.utils import timezone

from project.errors import API, answer, is_api
from project.turns import Busy, Places

Handler = Callable[[HttpRequest], HttpResponse]

UTF8 = ("utf-8", "utf8")
bodies = Places(16)
"""For requests whose body is being read. A server waits for a body as long as its connection lasts, in a thread: this many
may, the other threads are for who has sent theirs. A proxy in front of it does the waiting outside."""


class ApiRules:
    """The API answers without the trailing slash too, never over plain HTTP where HTTPS is on, and is kept by no cache.

    A redirect would do none of it: a redirected POST loses its body, and a credential sent in the clear is already lost
    (ASVS 4.1.2). A long body, or a charset other than UTF-8, is refused before any part of the site reads it.

    Any other body is read before it is answered: where a refusal overtakes it, the server has to drop the connection, and a
    client that renews its credential on a 401 would lose the very request that it repeats.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slashed = request.path_info + "/"
        if not request.path_info.endswith("/") and slashed.startswith(API):
            request.path_info = slashed
            request.path += "/"
        response = self.refuse(request) or self.get_response(request)
        if settings.API_CACHE_CONTROL and request.path_info.startswith(API) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = settings.API_CACHE_CONTROL
        if settings.DEBUG:
            response["X-Auth-Profile"] = settings.AUTH_PROFILE
        return response

    def refuse(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a request that is wrong whatever it asks for."""
        if settings.HTTPS and is_api(request) and not request.is_secure():
            return answer(request, 403, "This API answers over HTTPS alone.")
        try:
            request.get_host()
        except DisallowedHost:
            return answer(request, 400, "This site does not go by the name in the Host header.")
        if (request.content_params or {}).get("charset", "utf-8").lower() not in UTF8:
            return answer(request, 415, "The charset of the Content-Type is not read here. Send UTF-8.")
        if request.META.get("QUERY_STRING", "").count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
            return answer(request, 400, "There are too many fields.")
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > most:
            return answer(request, 413, f"The body is too long. At most {most} bytes are read.")
        return self.read(request) if length else None

    def read(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a request whose body ends early, or while too many others are waited for."""
        try:
            with bodies:
                request.body  # noqa: B018
        except UnreadablePostError:
            return answer(request, 400, "The body ended before it was whole.")
        except Busy as busy:
            return answer(request, busy.status_code, str(busy.detail), {"Retry-After": str(busy.wait)})
        return None


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp's; but the policy of every answer for which no view and no DEBUG says otherwise is written once."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        response.setdefault(HEADER, self.usual)
        return response

    @cached_property
    def usual(self) -> str:
        return build_policy()


class Common(CommonMiddleware):
    """Django's; but only a request without a body is led to the path with its slash: a body would be lost on the way."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in ("GET", "HEAD") and super().should_redirect_with_slash(request)


class TimeZone:
    """Pages show times in the reader's own zone; the API speaks UTC."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_api(request) or request.path_info == "/healthz" or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        zone = getattr(request.user, "time_zone", "UTC")
        with timezone.override(pytz.timezone(zone)):
            return self.get_response(request)
