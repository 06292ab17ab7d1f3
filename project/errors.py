"""Errors that say what is wrong: JSON under the API, a page elsewhere, and never more than the client may know (ASVS 16.5.1)."""

import logging
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from redis.exceptions import ConnectionError as CacheGone
from redis.exceptions import TimeoutError as CacheSlow
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.response import Response
from rest_framework.views import exception_handler

from project.accounts.events import log
from project.middleware import is_api

OUT_OF_SERVICE = (OperationalError, InterfaceError, CacheGone, CacheSlow)
"""The database or the cache is gone, locked or slow: nothing is wrong with the request."""
RETRY_AFTER = 2
"""Seconds after which a client may try again."""

_log = logging.getLogger("django.request")


def api(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. A credential that was sent and refused is logged with the reason."""
    if isinstance(error, AuthenticationFailed):
        log("credential refused", context["request"]._request, reason=str(error.detail))
    return exception_handler(error, context)


def answer(request: HttpRequest, status: int, detail: str, headers: dict[str, str] | None = None) -> HttpResponse:
    """One error, as the client reads it."""
    if is_api(request):
        return JsonResponse({"detail": detail}, status=status, headers=headers)
    response = render(request, "error.html", {"status": status, "detail": detail}, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def out_of_service(request: HttpRequest, error: BaseException) -> HttpResponse:
    _log.error("Out of service: %s", type(error).__name__, extra={"request": request, "status_code": 503})
    return answer(request, 503, "The service is not available right now.", {"Retry-After": str(RETRY_AFTER)})


class Errors(MiddlewareMixin):
    """Answers what a view raised and nobody caught, where there is a better answer than 500."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, OUT_OF_SERVICE):
            return out_of_service(request, error)
        if isinstance(error, Throttled):  # the admin's sign-in is no REST framework view
            return answer(request, 429, str(error.detail), {"Retry-After": str(int(error.wait or 1))})
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400, "Bad request.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, "You do not have permission to perform this action.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, f"CSRF Failed: {reason}")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "Not found.")


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort; it also sees what middleware raised, a session that could not be saved among it."""
    error = sys.exc_info()[1]
    if isinstance(error, OUT_OF_SERVICE):
        return out_of_service(request, error)
    if is_api(request):
        return JsonResponse({"detail": "Something went wrong on our side."}, status=500)
    return HttpResponse(
        "<!doctype html><title>Server error</title><h1>Something went wrong on our side</h1>", status=500
    )
