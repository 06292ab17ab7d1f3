"""The home page, the OpenAPI document, and the health of the site."""

import logging
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.settings.difference import differences
from project.walkthrough.voices import curl
from schemes import PROFILES, SCHEMES
from schemes.story import DEMO, Chapter, card, seven_steps

WARNING = "For comparison only: this profile keeps few of the promises that the others keep. Do not copy it."
"""On every page of a library as it ships, and of the baseline."""

_log = logging.getLogger("django.request")


def profile(request: HttpRequest) -> dict[str, Any]:
    """For every template: which profile runs, whether the browser carries its credential, what the lab publishes."""
    scheme = card()
    return {
        "profile": settings.AUTH_PROFILE,
        "warning": "" if settings.AUTH_PROFILE in SCHEMES else WARNING,
        "scheme": scheme,
        "by_cookie": "Cookie" in scheme.read,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "demo": DEMO if settings.LAB else None,
        "inspector": settings.INSPECTOR,
        "sites": [
            {"profile": name, "address": address, "scheme": PROFILES[name][0]} for name, address in settings.DEMO_SITES.items()
        ],
    }


def home(request: HttpRequest) -> HttpResponse:
    """Which profile runs, how to sign in with it, the story to send, the settings against another profile, how to switch."""
    steps = seven_steps()
    base = f"{request.scheme}://{request.get_host()}"
    lifetimes = [(what, in_words(getattr(settings, name))) for what, name in card().lifetimes.items()]
    shown: dict[str, Any] = {
        "base": base,
        "session": _first_session(base),
        "steps": steps,
        "profiles": SCHEMES,
        "lifetimes": lifetimes,
    }
    if settings.LAB:
        shown |= _settings(request.GET.get("against", "session" if settings.AUTH_PROFILE != "session" else "token"))
    if settings.INSPECTOR:
        shown["play"] = _play(steps)
    return render(request, "home.html", shown)


def _first_session(base: str) -> list[str]:
    """Signing in, reading and voting, in curl."""
    first = [exchange.step for chapter in seven_steps()[:4] for exchange in chapter.exchanges]
    sent = [text for step in first for text in [*step.headers.values(), *step.body.values()]]
    lines = curl.setup(base)
    for step in first:
        kept = {variable: where for variable, where in step.keep.items() if any(f"{{{variable}}}" in text for text in sent)}
        lines += curl.request(replace(step, keep=kept)) + curl.keep(replace(step, keep=kept))
    return lines


def _settings(against: str) -> dict[str, Any]:
    """What differs from another profile. Raises BadRequest for one that nobody knows."""
    if against not in PROFILES:
        raise BadRequest(f"There is no profile {against!r}.")
    try:
        found, unknown = differences(settings.AUTH_PROFILE, against), "No setting differs."
    except ImproperlyConfigured as error:
        found, unknown = [], f"This environment can't tell: {error}"
    return {"every": PROFILES, "against": against, "differences": found, "unknown": unknown}


def _play(steps: list[Chapter]) -> dict[str, Any]:
    """What the page's script needs to send the story: the card's requests, and what the demo publishes."""
    needed = ("method", "path", "headers", "body", "content_type", "status", "keep")
    exchanges = [
        {"id": one.id} | {name: getattr(one.step, name) for name in needed} for chapter in steps for one in chapter.exchanges
    ]
    return {"send": reverse("inspector:send"), "demo": DEMO, "exchanges": exchanges}


def in_words(seconds: int) -> str:
    """300 -> 5 minutes: the largest unit that divides it."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}{'' if seconds == size else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


class SchemaView(APIView):
    """The OpenAPI document, made once: drf-spectacular can't make two at a time, and who asked meanwhile would get a 500."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]
    making = Lock()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        with self.making:
            return Response(self.document())

    @staticmethod
    @lru_cache
    def document() -> Any:
        return SchemaGenerator().get_schema(public=True)


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while database and cache answer, 503 with the part that does not."""
    parts = {"database": _part("database", _ask_database), "cache": _part("cache", _ask_cache)}
    well = set(parts.values()) == {"ok"}
    body = {"status": "ok" if well else "failing", "profile": settings.AUTH_PROFILE, **parts}
    return JsonResponse(body, status=200 if well else 503, headers={"Cache-Control": "no-store"})


def _part(name: str, ask: Any) -> str:
    try:
        ask()
    except Exception as error:  # whatever it is, the part fails
        _log.error("Health: the %s fails: %s", name, type(error).__name__)
        return "failing"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_cache() -> None:
    cache.set("healthz", "ok", 10)
    if cache.get("healthz") != "ok":
        raise RuntimeError("the cache forgets")
