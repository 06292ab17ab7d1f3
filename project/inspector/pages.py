"""The inspector's page, and what its script asks: all of it JSON, none of it recorded, none of it kept by a cache."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from project.inspector import breaking, signature, steps
from project.inspector.explain import CannotRead, explain
from project.inspector.lines import lines
from project.inspector.recorder import Record, records
from project.inspector.sending import METHODS, CannotSend, draft, send
from project.request import json_object

Fields = dict[str, Any]


@never_cache
def inspector(request: HttpRequest) -> HttpResponse:
    """The page; without JavaScript its form about a curl line comes here, and is answered in the page."""
    context: dict[str, Any] = {"base": _base(request), "methods": METHODS}
    if request.method == "POST":
        context["line"] = request.POST.get("line", "")
        try:
            context["told"] = explain(context["line"], _base(request))
        except CannotRead as error:
            context["told"] = {"summary": str(error), "findings": []}
    return render(request, "inspector/page.html", context)


@never_cache
def rows(request: HttpRequest) -> JsonResponse:
    """What is newer than `after`, oldest first."""
    if request.method != "GET":
        return _refusal(405, "Rows are read with GET.")
    after = request.GET.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 15:
        return _refusal(400, "after is the number of a row.")
    found = [row(request, record) for record in records.after(int(after))]
    return JsonResponse({"epoch": records.epoch, "now": timezone.now(), "rows": found})


def posted(view: Callable[[HttpRequest, Fields], JsonResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A view of one JSON object. What is wrong is told as the API tells it, in `detail`."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return _refusal(405, "This is asked with POST.")
        try:
            fields = json_object(request)
        except ValueError as error:
            return _refusal(400, str(error))
        try:
            return view(request, fields)
        except CannotSend as error:
            return _refusal(400, str(error))

    return wrapped


@posted
def sending(request: HttpRequest, fields: Fields) -> JsonResponse:
    step = fields.get("step")
    if step is not None and not (isinstance(step, str) and steps.title(step)):
        raise CannotSend("step is one of this profile's story, or left out.")
    return JsonResponse(row(request, send(request, draft(fields), step)))


@posted
def break_it(request: HttpRequest, fields: Fields) -> JsonResponse:
    id_, how = fields.get("id"), fields.get("how")
    if not isinstance(id_, int) or not isinstance(how, str):
        raise CannotSend("id is the number of a row, how is what to do with it.")
    record = records.get(id_)
    if record is None:
        return _refusal(404, "That row is not kept any more.")
    return JsonResponse(row(request, breaking.once_more(request, record, how)))


@posted
def signatures(request: HttpRequest, fields: Fields) -> JsonResponse:
    return JsonResponse(signature.check(str(fields.get("token", ""))))


@posted
def explanation(request: HttpRequest, fields: Fields) -> JsonResponse:
    line = fields.get("line")
    if not isinstance(line, str):
        return _refusal(400, "line is the curl line, as it was typed.")
    try:
        return JsonResponse(explain(line, _base(request)))
    except CannotRead as error:
        return _refusal(400, str(error))


@posted
def clear(request: HttpRequest, fields: Fields) -> JsonResponse:
    records.clear()
    return JsonResponse({"epoch": records.epoch, "now": timezone.now(), "rows": []})


def row(request: HttpRequest, record: Record) -> dict[str, Any]:
    """A record as the page wants it: secrets marked, lines to copy with the real ones."""
    why = record.reason
    return {
        "id": record.id,
        "time": record.time,
        "client": record.client,
        "step": record.step,
        "chapter": record.step.rstrip("abcdefghijklmnopqrstuvwxyz"),
        "title": steps.title(record.step),
        "exchange": record.exchange.shown(),
        "statements": [[one.sql, round(one.milliseconds, 2)] for one in record.statements],
        "kind": why.kind,
        "who": why.who,
        "why": why.why,
        "looked": why.looked,
        "challenge": why.challenge,
        "next": why.next,
        "holds": why.holds,
        "ends": why.ends,
        "ways": breaking.ways(record),
        "no_expiry": breaking.no_expiry(record),
        "lines": lines(record.exchange, _base(request)),
    }


def _base(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _refusal(status: int, detail: str) -> JsonResponse:
    return JsonResponse({"detail": detail}, status=status)
