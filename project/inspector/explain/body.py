"""What a line sends: a body at all, in the form that is read, with the fields that are asked for."""

import json

from project.inspector.curl import MULTIPART
from project.inspector.explain.case import Case, Finding, form
from project.inspector.explain.paths import numbered
from project.walkthrough.voices.shell import text as in_shell
from schemes.contract import FORM, JSON, Step
from schemes.story import VOTE

VOTING = Step("PUT", VOTE, "", body={"choice": "{choice}"})
MEANT = {
    "email": "username", "user": "username", "login": "username", "name": "username", "pass": "password", "pwd": "password",
    "choice_id": "choice", "vote": "choice", "token": "refresh", "refresh_token": "refresh",
}  # fmt: skip
"""A field of other tutorials -> the one that it is here."""


def no_body(case: Case) -> Finding | None:
    step = _asked(case)
    if not step or not step.body or case.line.method not in case.methods:
        return None
    if case.line.body or case.line.as_form or case.line.unread:
        return None
    data = form({name: in_shell(value) for name, value in step.body.items()})
    return Finding("There is no body.", f"It needs {', '.join(step.body)}.", case.again(method=step.method, data=data))


def json_to_a_form(case: Case) -> Finding | None:
    if not case.line.body or not case.step or case.step.content_type != FORM or not case.unsafe:
        return None
    if "json" not in case.line.content_type and not case.line.body.lstrip().startswith("{"):
        return None
    rfc = "The OAuth2 endpoints take" if case.scheme.name == "oauth2" else "This endpoint takes"
    why = f"{rfc} a form, application/x-www-form-urlencoded (RFC 6749, appendix B), which is what -d sends by itself."
    right = case.again(headers=case.without("content-type"), data=form(case.line.fields))
    return Finding("JSON goes to an endpoint that takes a form.", why, right)


def wrong_content_type(case: Case) -> Finding | None:
    """-F, JSON that is said to be a form, a form that is said to be JSON, or JSON that is none."""
    body, kind = case.line.body.strip(), case.line.content_type.split(";")[0].strip().lower()
    if case.line.as_form:
        data = [piece for piece in case.line.data if "@" not in piece]
        why = f"-F sends {MULTIPART}, which this API does not read: 415. Use -d."
        return Finding("It is sent as for a file.", why, case.again(data=data))
    if not body or case.line.unread or (case.step and case.step.content_type == FORM):
        return None
    looks = body.startswith(("{", "["))
    if looks and kind != JSON:
        said = f"the header says {kind}" if case.line.header("Content-Type") else f"-d says {FORM} where nothing else is said"
        why = f"The body is JSON, and {said}: the fields are not found in it."
        return Finding("The Content-Type is not that of JSON.", why, case.having("Content-Type", JSON))
    if kind == JSON and not looks:
        why = "The header says JSON, and the body is a form. Take the header away, or send JSON."
        return Finding("The body is no JSON.", why, case.again(data=[json.dumps(case.line.fields)]))
    return _unreadable(body) if looks else None


def wrong_fields(case: Case) -> Finding | None:
    """The field of another tutorial, or one too few."""
    step, sent = _asked(case), case.line.fields
    if not step or not step.body or not sent or case.line.unread:
        return None
    needed = [name for name in step.body if not name.startswith("client_")]
    missing = [name for name in needed if not sent.get(name)]
    if not missing:
        return None
    other = next((name for name in sent if MEANT.get(name.lower()) in missing), "")
    here = MEANT.get(other.lower(), "")
    fields = {here if name == other else name: value for name, value in sent.items()}
    fields |= {name: in_shell(step.body[name]) for name in missing if not fields.get(name)}
    right = case.again(data=[json.dumps(fields)] if "json" in case.line.content_type else form(fields))
    if not other:
        return Finding(f"{missing[0]} is missing.", f"{case.path} needs {', '.join(needed)}.", right)
    more = "; the email address goes into it just as well as the username" if other == "email" else ""
    return Finding(f"The field {other} is another's.", f"It is called {here} here{more}.", right)


def _asked(case: Case) -> Step | None:
    """The step whose fields the line must have: a vote, which is no verb of a scheme, or the verb that it is."""
    voting = numbered(case.path) == VOTE and case.line.method in ("PUT", "POST")
    return VOTING if voting else case.step


def _unreadable(body: str) -> Finding | None:
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        quotes = " In cmd and PowerShell the shell takes the inner quotes away." if '"' not in body else ""
        return Finding("The JSON can't be read.", f"{error}.{quotes} A form has no such trouble: -d name=value, once a field.")
    return None
