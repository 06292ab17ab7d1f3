"""A site that writes down what it answered: method, path, status and challenge of each request, in the file RECORD."""

import json
import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from project import settings as site
from project.compare import settings as lab

globals().update(site.compose(vars(lab), {}))

MIDDLEWARE = ["tests.walkthroughs.recording.Record", *lab.MIDDLEWARE]


class Record:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        with open(os.environ["RECORD"], "a") as record:
            line = [request.method, request.path, response.status_code, response.headers.get("WWW-Authenticate", "")]
            record.write(json.dumps(line) + "\n")
        return response
