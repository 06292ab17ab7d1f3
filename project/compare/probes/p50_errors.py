"""Requests that are wrong in every way, to see what the errors give away.

A good site answers each in general words, the API in JSON, and names no file, no version and no piece of its code.
"""

import re
from typing import Any

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P50",
    title="What errors give away",
    steps="Ask for paths that are not there; send broken JSON, a wrong method or type, a foreign Host, a number too long, "
    "a body too long, a form without token.",
    why="Traces and versions are a map for the next attack, and an HTML page is nothing that a program can read.",
    source="ASVS 13.4.2, 13.4.6, 16.5.1",
)
LEAKS = (
    r"Traceback|File \"|\.py\b|site-packages|Django[/ ]|django\.|Python/|rest_framework|granian|sqlite|psycopg|SELECT |DEBUG ="
)
JSON, XML = {"Content-Type": "application/json"}, {"Content-Type": "text/xml"}


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    write = person.filled(person.scheme.write)
    way_in = (person.scheme.login or person.scheme.verify).path
    attempts: list[tuple[str, str, str, dict[str, Any]]] = [
        ("a path that is not there", "GET", "/polls/api/nothing/", {"headers": write}),
        ("a question that is not there", "GET", "/polls/api/questions/987654321/", {"headers": write}),
        ("a number too long", "GET", f"/polls/api/questions/{'9' * 40}/", {"headers": write}),
        ("broken JSON", "PUT", VOTE, {"headers": write | JSON, "data": '{"choice": '}),
        ("broken JSON at the sign-in", "POST", way_in, {"headers": write | JSON, "data": '{"username": '}),
        ("a wrong method", "PATCH", VOTE, {"headers": write, "json": {}}),
        ("a wrong type", "PUT", VOTE, {"headers": write | XML, "data": "<choice/>"}),
        ("a body too long", "PUT", VOTE, {"headers": write, "json": {"choice": "x" * 70_000}}),
        ("a foreign Host", "GET", READ, {"headers": write | {"Host": "evil.test"}}),
        ("a page that is not there", "GET", "/nothing/", {}),
        ("a page under a foreign Host", "GET", "/", {"headers": {"Host": "evil.test"}}),
        ("a form without its token", "POST", "/admin/login/", {"data": {"username": "somebody", "password": "x"}}),
    ]
    for what, method, path, options in attempts:
        answer = person.send(method, path, **options)
        api = path.startswith(("/polls/api/", "/auth/", "/accounts/"))
        wrong = [] if 400 <= answer.status_code < 500 else ["not a 4xx"]
        wrong += sorted({f"names {found.strip()}" for found in re.findall(LEAKS, answer.text)})
        wrong += ["not JSON"] if api and "json" not in answer.headers.get("Content-Type", "") else []
        trial.note(what, withstood=not wrong, seen=f"{answer.status_code}{''.join(f', {word}' for word in wrong)}")
