"""The OpenAPI document as a whole: which profile it is of, and the verbs of the card that drf-spectacular can't see."""

from http import HTTPStatus
from typing import Any

from django.conf import settings

from project.pages import WARNING
from schemes import SCHEMES
from schemes.contract import Scheme, Step
from schemes.story import DEMO, card


def complete(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: say which profile this is, add what is missing, show in the lab how to sign in."""
    scheme = card()
    result["info"] |= {"title": f"Polls ({settings.AUTH_PROFILE})", "description": _description(scheme, result["info"])}
    paths = result["paths"]
    for (path, method), steps in _verbs(scheme).items():
        operations = paths.setdefault(path, {})
        operations.setdefault(method, _operation(scheme, steps)).setdefault("summary", steps[0].why)
    result["paths"] = dict(sorted(paths.items()))
    if scheme.login and settings.LAB:
        body = paths[scheme.login.path][scheme.login.method.lower()]["requestBody"]
        for content in body["content"].values():
            content["example"] = {name: value.format_map(DEMO) for name, value in scheme.login.body.items()}
    return result


def addressed(document: dict[str, Any], address: str, description: str) -> dict[str, Any]:
    """The document for whoever reads it elsewhere: the site has an address, and so has the endpoint of its tokens."""
    document["servers"] = [{"url": address, "description": description}]
    for scheme in document["components"]["securitySchemes"].values():
        for flow in scheme.get("flows", {}).values():
            flow |= {name: address + path for name, path in flow.items() if name.endswith("Url")}
    return document


def _description(scheme: Scheme, info: dict[str, Any]) -> str:
    said = [info["description"], f"This is the profile `{settings.AUTH_PROFILE}`, {scheme.title}: `{scheme.authorization}`."]
    if settings.AUTH_PROFILE not in SCHEMES:
        said.append(WARNING)
    return "\n\n".join(said)


def _verbs(scheme: Scheme) -> dict[tuple[str, str], list[Step]]:
    """The steps of the card by path and method: one operation may serve two verbs."""
    verbs: dict[tuple[str, str], list[Step]] = {}
    for step in (scheme.before, scheme.login, scheme.refresh, scheme.verify, scheme.logout):
        if step:
            verbs.setdefault((step.path, step.method.lower()), []).append(step)
    return verbs


def _operation(scheme: Scheme, steps: list[Step]) -> dict[str, Any]:
    """A plain Django view of a library, as the steps that it serves tell it."""
    first = steps[0]
    words = first.path.strip("/").split("/")
    beside = sorted({name for step in steps for name in step.headers} - {"Authorization", "Cookie"})
    carries = all(value in first.headers.get(name, "") for name, value in scheme.read.items())
    parts = {
        "operationId": "_".join(words if first.method == "POST" else [*words, "retrieve"]),
        "description": " ".join(step.why for step in steps) if len(steps) > 1 else "",
        "summary": first.why,
        "parameters": [{"in": "header", "name": name, "required": True, "schema": {"type": "string"}} for name in beside],
        "tags": words[:1],
        "requestBody": {"required": True, "content": {first.content_type: {"schema": _body(steps)}}} if first.body else {},
    }
    told: dict[str, Any] = {name: part for name, part in parts.items() if part}
    told["security"] = [{scheme.name: []}] if carries else []
    told["responses"] = _answers(steps, json=scheme.verify in steps)
    return told


def _body(steps: list[Step]) -> dict[str, Any]:
    """Every field that a step sends; those that all of them send are required, those that are words have these alone."""
    fields: dict[str, Any] = {}
    for name in dict.fromkeys(name for step in steps for name in step.body):
        values = [step.body[name] for step in steps if name in step.body]
        fields[name] = {"type": "string"} | ({} if "{" in values[0] else {"enum": values})
    return {"type": "object", "properties": fields, "required": [name for name in fields if all(name in s.body for s in steps)]}


def _answers(steps: list[Step], json: bool) -> dict[str, Any]:
    """What comes back: fields of an object, cookies, the way to another page; and what does where a secret is missing."""
    first = steps[0]
    missing: dict[str, list[str]] = {}
    for name, status in {(name, status): None for step in steps for name, status in step.without.items()}:
        missing.setdefault(str(status), []).append(name)
    answers: dict[str, Any] = {status: {"description": f"Without {' or '.join(names)}."} for status, names in missing.items()}
    answers["4XX"] = {"description": "Refused, in the library's own words."}
    answer: dict[str, Any] = {"description": HTTPStatus(first.status).phrase}
    fields = [where for where in first.keep.values() if not where.startswith("cookie ")]
    headers = ["Set-Cookie"] * (len(fields) < len(first.keep)) + ["Location"] * (300 <= first.status < 400)
    if headers:
        answer["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    if fields:
        schema = {"type": "object", "properties": {name: {"type": "string"} for name in fields}, "required": fields}
        answer["content"] = {"application/json": {"schema": schema}}
    elif json:
        answer["content"] = {"application/json": {"schema": {"type": "object"}}}
    return dict(sorted((answers | {str(first.status): answer}).items()))
