"""The site for a WSGI server: `granian --interface wsgi project.wsgi:application`."""

import gc
import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from project.request import Utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")


class Request(Utf8, WSGIRequest):  # type: ignore[misc]
    pass


class Handler(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Handler()

gc.collect()  # what was loaded stays for good: the collector need not walk through it again and again
gc.freeze()
