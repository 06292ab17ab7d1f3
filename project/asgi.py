"""The site for an ASGI server. The views are synchronous: a WSGI server serves them faster."""

import os

import django
from django.core.handlers.asgi import ASGIHandler, ASGIRequest

from project.request import Utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")


class Request(Utf8, ASGIRequest):  # type: ignore[misc]
    pass


class Handler(ASGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Handler()
