"""To come."""

from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)


def page(request: HttpRequest, scheme: str) -> HttpResponse:
    return HttpResponse(status=404)
