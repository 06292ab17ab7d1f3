"""The story as one Postman collection (v2.1), a folder a profile, and an environment a profile.

Cookies are sent as headers and the cookie jar is off, so that a request has what stands in it and nothing else.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from project.walkthrough.addresses import address
from project.walkthrough.answers import MARK, NUMBERS, Answer
from project.walkthrough.markdown import WARNING
from schemes import PROFILES, SCHEMES
from schemes.contract import FORM, Step
from schemes.story import DEMO, Chapter, Exchange, card, exchanges, seven_steps

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
ABOUT = """\
Postman wants you signed in to an account for collections; Bruno, `newman run` and the `.http` files beside this want none.

Pick the environment of the profile, start the demo (`make demo`; all nine profiles: `manage.py demo --stock`), and send the \
requests of its folder from top to bottom. Each one checks its own answer. The requests in *Break it* expect to be refused."""

Json = dict[str, Any]


def collection(answers: Mapping[str, Answer]) -> str:
    folders = [
        {
            "name": profile,
            "description": _about(profile),
            "item": [_folder(profile, chapter, answers) for chapter in seven_steps(profile)],
        }
        for profile in PROFILES
    ]
    info = {"_postman_id": _id("collection"), "name": "One poll, four keys", "description": ABOUT, "schema": SCHEMA}
    return _text({"info": info, "item": folders})


def environment(profile: str) -> str:
    """What people type, and the empty places of what answers give."""
    kept = {variable: "" for exchange in exchanges(profile) for variable in exchange.step.keep if variable not in DEMO}
    values = {"base": address(profile), **{name: value for name, value in DEMO.items() if _needs(profile, name)}, **kept}
    return _text(
        {
            "id": _id(profile),
            "name": f"One poll, four keys: {profile}",
            "values": [
                {"key": name, "value": value, "type": "secret" if name in kept else "default", "enabled": True}
                for name, value in values.items()
            ],
            "_postman_variable_scope": "environment",
        }
    )


def _about(profile: str) -> str:
    told = f"{card(profile).title}. A request carries `{card(profile).authorization}`."
    return told if profile in SCHEMES else f"{WARNING}\n\n{told}"


def _needs(profile: str, variable: str) -> bool:
    steps = [exchange.step for exchange in exchanges(profile)]
    return any(f"{{{variable}}}" in text for step in steps for text in [*step.headers.values(), *step.body.values()])


def _folder(profile: str, chapter: Chapter, answers: Mapping[str, Answer]) -> Json:
    """Every step is a folder, also one that is empty: Bruno runs folders before requests, and so keeps the order."""
    requests = [_request(profile, chapter, exchange, answers[exchange.id]) for exchange in chapter.exchanges]
    return {"name": f"{chapter.id} {chapter.title}", "description": f"{chapter.what} {chapter.why}", "item": requests}


def _request(profile: str, chapter: Chapter, exchange: Exchange, answer: Answer) -> Json:
    step = exchange.step
    headers = [{"key": name, "value": _variables(value)} for name, value in step.headers.items()]
    request: Json = {
        "method": step.method,
        "header": headers,
        "url": {"raw": f"{{{{base}}}}{step.path}", "host": ["{{base}}"], "path": step.path.lstrip("/").split("/")},
        "description": _description(chapter, exchange, answer),
    }
    if step.body:
        request["body"] = _body(step)
        if step.content_type != FORM:
            headers.append({"key": "Content-Type", "value": step.content_type})
    return {
        "name": f"{exchange.id} {exchange.title}",
        "request": request,
        "response": [],
        "protocolProfileBehavior": {"disableCookies": True, "followRedirects": False},
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": [*_tests(profile, exchange, answer)]}}],
    }


def _description(chapter: Chapter, exchange: Exchange, answer: Answer) -> str:
    told = f"{chapter.what} {chapter.why}" if len(chapter.exchanges) == 1 else exchange.step.why
    shown = str(answer).replace("<base>", "{{base}}")
    return f"{told}\n\nExpect:\n\n```http\n{shown}\n```"


def _body(step: Step) -> Json:
    if step.content_type == FORM:
        fields = [{"key": name, "value": _variables(value), "type": "text"} for name, value in step.body.items()]
        return {"mode": "urlencoded", "urlencoded": fields}
    fields_ = {name: _variables(value) for name, value in step.body.items()}
    return {"mode": "raw", "raw": json.dumps(fields_, indent=2), "options": {"raw": {"language": "json"}}}


def _variables(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _tests(profile: str, exchange: Exchange, answer: Answer) -> Iterator[str]:
    """Status, challenge, and of a JSON answer each field; then what later requests need is kept."""
    site = f'pm.expect(pm.response.headers.get("X-Auth-Profile") || "{profile}").to.eql("{profile}");'
    yield from _test(exchange, f"this site runs {profile}", site)
    yield from _test(exchange, f"status {answer.status}", f"pm.expect(pm.response.code).to.eql({answer.status});")
    if answer.challenge:
        challenged = f'pm.expect(pm.response.headers.get("WWW-Authenticate")).to.eql({json.dumps(answer.challenge)});'
        yield from _test(exchange, "the challenge", challenged)
    if isinstance(answer.body, dict):
        expected = [f"pm.expect(body{_of(name)}){_is(value)};" for name, value in answer.body.items()]
        yield from _test(exchange, "the answer", "const body = pm.response.json();", *expected)
    yield from _keep(exchange.step.keep)
    if "Cookie" in card(profile).read:
        yield 'if (typeof bru !== "undefined") bru.cookies.jar().clear(); // or Bruno adds its own'


def _test(exchange: Exchange, what: str, *lines: str) -> Iterator[str]:
    yield f"pm.test({json.dumps(f'{exchange.id}: {what}')}, function () {{"
    yield from (f"    {line}" for line in lines)
    yield "});"


def _of(name: str) -> str:
    return f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"


def _is(value: Any) -> str:
    """What Chai says of a value on record: equal, or of its type where it varies."""
    if isinstance(value, str) and MARK.search(value):
        return '.to.be.a("number")' if value in NUMBERS.values() else '.to.be.a("string")'
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return f".to.have.lengthOf({len(value)})"
    return f".to.eql({json.dumps(value)})"


def _keep(keep: Mapping[str, str]) -> Iterator[str]:
    """Bruno has all Set-Cookie headers in one list, Postman each by itself."""
    for variable, where in keep.items():
        word, _, cookie = where.partition(" ")
        if word == "cookie":
            yield 'pm.response.headers.all().filter((header) => header.key.toLowerCase() === "set-cookie")'
            yield f"    .flatMap((header) => header.value).map((value) => /^ *{cookie}=([^;]*)/.exec(value)).filter(Boolean)"
            yield f'    .forEach((found) => pm.environment.set("{variable}", found[1]));'
        else:
            yield f'pm.environment.set("{variable}", pm.response.json().{where});'


def _id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"one-poll-four-keys/{name}"))


def _text(document: Json) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
