"""Around every page of the comparison: what can't be shown is refused in a sentence, and tables travel compressed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]


class Refused(Exception):
    """A request that a page can't answer: its status, and a sentence that says what is accepted."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def page(view: View) -> View:
    @wraps(view)
    def shown(request: HttpRequest, **words: Any) -> HttpResponse:
        try:
            return view(request, **words)
        except Refused as error:
            return render(
                request, "compare/refused.html", {"status": error.status, "detail": error.detail}, status=error.status
            )

    return gzip_page(require_safe(shown))


def one_of(request: HttpRequest, name: str, known: dict[str, Any] | tuple[str, ...] | list[str], unset: str = "") -> str:
    """A word of the query string. Raises Refused for one that is not known."""
    word = request.GET.get(name) or unset
    if word not in known and word != unset:
        raise Refused(404, f"{name}={word} names nothing here. Accepted: {', '.join(known)}.")
    return word
