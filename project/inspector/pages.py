"""The inspector's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def inspector(request: HttpRequest) -> HttpResponse:
    return render(request, "inspector/page.html")
