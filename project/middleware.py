"""What holds for every path of the API, whichever scheme protects it."""

from collections.abc import Callable

import pytz
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

API = ("/auth/", "/accounts/", "/polls/api/", "/api/")
PAGES = ("/accounts/login/", "/accounts/logout/", "/api/docs/")

Handler = Callable[[HttpRequest], HttpResponse]


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks rather than a person."""
    return request.path_info.startswith(API) and not request.path_info.startswith(PAGES)


class ApiRules:
    """The API answers without the trailing slash too, never over plain HTTP where HTTPS is on, and is kept by no cache.

    A redirect would do none of it: a redirected POST loses its body, and a credential sent in the clear is already lost
    (ASVS 4.1.2).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slashed = request.path_info + "/"
        if not request.path_info.endswith("/") and slashed.startswith(API):
            request.path_info = slashed
            request.path += "/"
        if settings.HTTPS and is_api(request) and not request.is_secure():
            return JsonResponse({"detail": "This API answers over HTTPS alone."}, status=403)
        response = self.get_response(request)
        if request.path_info.startswith(API) and not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True)
        if settings.DEBUG:
            response["X-Auth-Profile"] = settings.AUTH_PROFILE
        return response


class TimeZone:
    """Pages show times in the reader's own zone; the API speaks UTC."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_api(request) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        zone = getattr(request.user, "time_zone", "UTC")
        with timezone.override(pytz.timezone(zone)):
            return self.get_response(request)
