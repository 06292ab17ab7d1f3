"""Counts SQL statements in a process of its own: `manage.py shell < this`, in the profile of the environment. Prints JSON.

The scheme's card says what to send; Django's test client sends it in this process, where statements can be seen.
"""

import json
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from schemes.contract import FORM, Step
from schemes.story import DEMO, READ, VOTE, card

client = Client(enforce_csrf_checks=True)
variables = dict(DEMO)


def do(step: Step) -> tuple[HttpResponse, list[str]]:
    headers = {name: value.format_map(variables) for name, value in step.headers.items()}
    cookies = headers.pop("Cookie", "")
    client.cookies.clear()
    client.cookies.load(cookies)
    body: Any = {name: value.format_map(variables) for name, value in step.body.items()}
    form = step.content_type == FORM
    data = "&".join(f"{name}={value}" for name, value in body.items()) if form else json.dumps(body)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.generic(step.method, step.path, data if body else "", content_type=step.content_type, headers=headers)
    assert answer.status_code == step.status, (step.path, answer.status_code, answer.content)
    for variable, where in step.keep.items():
        word, _, cookie = where.partition(" ")
        variables[variable] = answer.cookies[cookie].value if word == "cookie" else answer.json()[where]
    return answer, [query["sql"] for query in seen]


with override_settings(ALLOWED_HOSTS=["testserver"]):
    scheme = card()
    counted: dict[str, list[str]] = {}
    if scheme.before:
        do(scheme.before)
    do(scheme.login)  # connections are opened, caches are warm
    if scheme.before:
        do(scheme.before)
    counted["login"] = do(scheme.login)[1]
    counted["authenticate"] = do(Step("GET", "/accounts/me/", "", scheme.read))[1]
    counted["read"] = do(Step("GET", READ, "", scheme.read))[1]
    counted["vote"] = do(Step("PUT", VOTE, "", scheme.write, {"choice": "{choice}"}))[1]
    if scheme.refresh:
        counted["refresh"] = do(scheme.refresh)[1]
    counted["logout"] = do(scheme.logout)[1]
    print("counted:", json.dumps({"profile": settings.AUTH_PROFILE, "queries": counted}))
