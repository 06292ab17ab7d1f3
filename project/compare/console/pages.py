"""The console's page, and what its script asks. Everything here acts on sites of this machine, in the lab."""

from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore, Lock
from typing import Any

import requests
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from project.compare.console.column import ENDINGS, EVENTS, Hindered
from project.compare.console.runs import clocks, runs
from project.compare.laboratory import TEN_YEARS
from project.request import json_object
from schemes import PROFILES, SCHEMES
from schemes.story import card

RUN = "run"
"""The event that lets a stopwatch go on."""
OVER = "This run is over: the site was restarted, or newer runs took its place. Start again."
AT_ONCE = BoundedSemaphore(5)
"""Events at a time: each waits for a site, which may be this one, and there are eight threads."""
TURN = {profile: Lock() for profile in PROFILES}
"""A site has one clock: whoever needs it waits for a turn."""

View = Callable[[HttpRequest], HttpResponse]


class Unfit(Exception):
    """A request of the script's that can't be used: a status, and what is wrong in words."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def runs_here() -> bool:
    """Whether the demo started this site: it knows the others, and the key of their clocks."""
    return bool(settings.LAB and settings.DEMO_SITES and getattr(settings, "LAB_KEY", ""))


def by_program(view: View) -> View:
    """JSON both ways: `Unfit` becomes its answer."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            if not runs_here():
                raise Unfit(404, "The console lives where `manage.py demo` runs.")
            return view(request)
        except Unfit as error:
            return JsonResponse({"detail": str(error)}, status=error.status)

    return require_POST(answer)


@ensure_csrf_cookie
def console(request: HttpRequest) -> HttpResponse:
    """The page. `?columns=jwt,jwt-stock` chooses what is ticked."""
    wanted = [name for name in request.GET.get("columns", ",".join(SCHEMES)).split(",") if name]
    columns = [
        {"profile": profile, "card": card(profile), "address": address, "ticked": profile in wanted}
        for profile, address in settings.DEMO_SITES.items()
        if profile in PROFILES
    ]
    lacking = [name for name in wanted if name not in settings.DEMO_SITES]
    pairs = [
        (name, f"{name},{name}-stock") for name in SCHEMES if {name, f"{name}-stock"} <= set(settings.DEMO_SITES)
    ]  # fmt: skip
    context = {"here": runs_here(), "columns": columns, "lacking": lacking, "pairs": pairs, "endings": list(ENDINGS)}
    return render(request, "compare/console.html", context | {"four": ",".join(SCHEMES)})


@by_program
def start(request: HttpRequest) -> HttpResponse:
    """A new run: an id, and every clock at now."""
    clocks.back()
    return JsonResponse({"run": runs.start()})


@by_program
def back(request: HttpRequest) -> HttpResponse:
    """Every clock at now."""
    clocks.back()
    return JsonResponse({})


@by_program
def fire(request: HttpRequest) -> HttpResponse:
    """`{run, profile, event, ahead}`: one event in one column, `ahead` seconds from now by that site's clock."""
    asked = _read(request)
    run, profile, event = (_text(asked, name) for name in ("run", "profile", "event"))
    ahead = _seconds(asked)
    if profile not in settings.DEMO_SITES or profile not in PROFILES:
        raise Unfit(400, f"The profile {profile!r} does not run here. Accepted: {', '.join(settings.DEMO_SITES)}.")
    if event != RUN and event not in EVENTS:
        raise Unfit(400, f"There is no event {event!r}. Accepted: {', '.join([*EVENTS, RUN])}.")
    column = runs.column(run, profile)
    if column is None:
        raise Unfit(404, OVER)
    if not AT_ONCE.acquire(blocking=False):
        raise Unfit(503, "The console is busy with another page's events. Try again.")
    try:
        with TURN[profile]:
            if event == RUN:
                return JsonResponse(column.run(lambda seconds: clocks.put(profile, seconds)))
            clocks.put(profile, ahead)
            return JsonResponse(column.fire(event))
    except Hindered as error:
        raise Unfit(400, str(error)) from error
    except (requests.RequestException, RuntimeError) as error:
        told = f"{profile} does not answer at {column.address}. While the demo starts, try again in a few seconds."
        raise Unfit(502, told) from error
    finally:
        AT_ONCE.release()


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return json_object(request)
    except ValueError as error:
        raise Unfit(400, str(error)) from error


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise Unfit(400, f"The field {name!r} has to be a text.")
    return value


def _seconds(asked: dict[str, Any]) -> float:
    value = asked.get("ahead", 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= TEN_YEARS:
        raise Unfit(400, f"The field 'ahead' has to be a number of seconds, 0 to {TEN_YEARS}.")
    return float(value)
