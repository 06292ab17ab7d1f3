"""Errors that say what is wrong: JSON under the API, a page elsewhere, never more than the client may know (ASVS 16.5.1)."""

import logging
import sys
from typing import Any

from django.core.exceptions import BadRequest, FieldDoesNotExist, SuspiciousOperation, TooManyFieldsSent
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.csrf import csrf_exempt
from redis.exceptions import ConnectionError as CacheGone
from redis.exceptions import TimeoutError as CacheSlow
from rest_framework.exceptions import AuthenticationFailed, ParseError, Throttled
from rest_framework.response import Response
from rest_framework.views import exception_handler

from project.accounts.events import log
from project.turns import Busy

API = ("/auth/", "/accounts/", "/polls/api/", "/api/")
BY_SESSION = ("/accounts/profile/", "/auth/authorize/", "/auth/allowed/")
"""Pages about a person's own account: like the admin they work by session, in every profile."""
PAGES = ("/accounts/login/", "/accounts/new/", "/accounts/own/", "/accounts/logout/", "/api/docs/", *BY_SESSION)

OUT_OF_SERVICE = (OperationalError, InterfaceError, InternalError, CacheGone, CacheSlow)
"""The database or the cache is gone, full, locked or slow, or can't be written: nothing is wrong with the request."""
TOO_ODD = (DataError, OverflowError)
"""What no database stores, and no form or serializer looked at: a NUL for PostgreSQL, 65 bits for SQLite."""
UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, *TOO_ODD)
"""Something is wrong with the request, in the words of Django and of the database."""
LAST_WORDS = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Error 500</title></head>
<body><main><h1>Something went wrong on our side</h1>
<p>Nothing is wrong with your request, and what went wrong is in the log. Try again in a moment.</p>
<p><a href="/">Home</a></p></main></body>
</html>
"""
"""A page that needs nothing of what may be broken: no database, no template, no style."""
RETRY_AFTER = 2
"""Seconds after which a client may try again."""

_log = logging.getLogger("django.request")


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks rather than a person."""
    return request.path_info.startswith(API) and not request.path_info.startswith(PAGES)


def api(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. A credential that was sent and refused is logged with the reason.

    What Django refuses to read is a 400 here: left to Django it would be a page under DEBUG.
    """
    if isinstance(error, AuthenticationFailed):
        log("credential refused", context["request"]._request, reason=str(error.detail))
    elif isinstance(error, TooManyFieldsSent):
        error = ParseError("There are too many fields.")
    elif isinstance(error, UNREADABLE):
        error = ParseError()
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
        if isinstance(error, (*TOO_ODD, FieldDoesNotExist)):  # the last is what Django's admin says to `?_to_field=`
            return answer(request, 400, "Bad request.")
        if isinstance(error, (Throttled, Busy)):  # the admin's sign-in is no REST framework view
            wait = str(int(error.wait or 1))  # type: ignore[union-attr]
            return answer(request, error.status_code, str(error.detail), {"Retry-After": wait})
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Our own pages say what is wrong; what Django says may quote the request."""
    said = str(exception) if isinstance(exception, BadRequest) and not is_api(request) else ""
    return answer(request, 400, said or "Bad request.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, "You do not have permission to perform this action.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, f"CSRF Failed: {reason}")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "Not found.")


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Where the API has no such path: Django's own answer would be a page under DEBUG."""
    return not_found(request, Http404())


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort; it also sees what middleware raised, a session that could not be saved among it."""
    error = sys.exc_info()[1]
    if isinstance(error, OUT_OF_SERVICE):
        return out_of_service(request, error)
    if is_api(request):
        return JsonResponse({"detail": "Something went wrong on our side."}, status=500)
    return HttpResponse(LAST_WORDS, status=500)
