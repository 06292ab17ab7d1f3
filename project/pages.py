"""The home page, the OpenAPI document, and the health of the site."""

import logging
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from project.walkthrough.voices import curl
from schemes import PROFILES, SCHEMES
from schemes.story import DEMO, card, seven_steps

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
        "demo": DEMO if settings.LAB else None,
        "inspector": settings.INSPECTOR,
        "sites": [
            {"profile": name, "address": address, "scheme": PROFILES[name][0]} for name, address in settings.DEMO_SITES.items()
        ],
    }


def home(request: HttpRequest) -> HttpResponse:
    """Which profile runs, how to sign in with it, how to switch."""
    steps = seven_steps()
    base = f"{request.scheme}://{request.get_host()}"
    first = [exchange.step for chapter in steps[:4] for exchange in chapter.exchanges]
    sent = [text for step in first for text in [*step.headers.values(), *step.body.values()]]
    session = curl.setup(base)
    for step in first:
        kept = {variable: where for variable, where in step.keep.items() if any(f"{{{variable}}}" in text for text in sent)}
        session += curl.request(replace(step, keep=kept)) + curl.keep(replace(step, keep=kept))
    return render(request, "home.html", {"base": base, "session": session, "steps": steps, "profiles": SCHEMES})


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
