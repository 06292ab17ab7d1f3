"""A page of the attacker makes a visitor's browser sign in, as the attacker.

A good site refuses a sign-in that a foreign page sent, and sets no session cookie.
"""

import json
from typing import Any

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P12",
    title="Signed in by a foreign page",
    steps="Send the sign-in as a foreign page's form would, as text/plain and as JSON, with the Origin of that page and no "
    "token; the form once more without an Origin.",
    why="Whoever is signed in as somebody else without noticing writes down secrets in the attacker's account.",
    source="ASVS 3.5.1, CWE-352",
)
FOREIGN = {"Origin": "http://evil.test", "Referer": "http://evil.test/"}


def probe(site: Subject, trial: Trial) -> None:
    login = site.scheme.login
    if "Cookie" not in site.scheme.read or login is None:
        trial.does_not_apply("No browser carries this credential by itself: a sign-in gives it to the page that asked.")
    person = site.newcomer()
    cookie = site.scheme.security["name"]
    fields = {name: person.fill(value) for name, value in login.body.items()}
    text = json.dumps(fields)
    attempts: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
        "a form": (FOREIGN, {"data": fields}),
        "a form that hides its origin": ({}, {"data": fields}),
        "JSON as text/plain": (FOREIGN | {"Content-Type": "text/plain"}, {"data": text}),
        "JSON": (FOREIGN, {"json": fields}),
    }
    for what, (headers, body) in attempts.items():
        answer = person.send("POST", login.path, headers, **body)
        signed_in = cookie in answer.cookies
        seen = f"{answer.status_code}{', a session cookie' if signed_in else ''}"
        trial.note(what, withstood=400 <= answer.status_code < 500 and not signed_in, seen=seen)
