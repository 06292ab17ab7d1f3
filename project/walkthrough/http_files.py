"""The story as `.http` files: for VS Code's REST Client, and for the HTTP client of the JetBrains editors.

Both send a file's requests from top to bottom; they differ in how an answer is kept and looked at.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from project.walkthrough.addresses import address
from project.walkthrough.answers import MARK, Answer
from project.walkthrough.markdown import WARNING
from schemes import SCHEMES
from schemes.contract import FORM, Step
from schemes.story import DEMO, Exchange, card, exchanges

ALONE = "Not here: REST Client sends all the cookies that it has, or none. The same in curl shows it."
VARIABLE = re.compile(r"\{(\w+)\}")
EDITORS = {
    "jetbrains": "JetBrains editors (IntelliJ IDEA, PyCharm, WebStorm), without an account: open it, and run all.",
    "vscode": "VS Code with the extension REST Client (humao.rest-client), without an account: Send Request, one by one.",
}


def in_vscode(profile: str) -> bool:
    """Not where a CSRF token stands in a cookie alone: REST Client shows no cookie to the next request."""
    before = card(profile).before
    return not before or not any(where.startswith("cookie ") for where in before.keep.values())


def jetbrains(profile: str, answers: Mapping[str, Answer]) -> str:
    """Answers are kept and checked by response handlers; cookies are headers like any other."""
    lines = [*_head(profile, "jetbrains")]
    for exchange in exchanges(profile):
        step, answer = exchange.step, answers[exchange.id]
        lines += ["", f"### {exchange.id} {exchange.title}", f"# {step.why}", "# @no-cookie-jar", "# @no-redirect"]
        lines += [*_request(step, step.headers, {}), "", "> {%", *_handler(exchange, answer), "%}"]
    return "\n".join(lines) + "\n"


def vscode(profile: str, answers: Mapping[str, Answer]) -> str:
    """What an answer gave is referred to by the name of its request. Cookies are the editor's own business."""
    before = card(profile).before
    lines = [*_head(profile, "vscode")]
    given: dict[str, str] = {}
    jar: set[str] = set()
    for exchange in exchanges(profile):
        step, name = exchange.step, exchange.id.replace("-", "_")
        lines += ["", f"### {exchange.id} {exchange.title}", f"# {step.why}"]
        sent = _cookies(step, jar, set(given))
        if sent is None:
            lines.append(f"# {ALONE}")
            continue
        lines += [f"# Expect {answers[exchange.id].status}", "# @no-redirect", *sent[0], f"# @name {name}"]
        lines += _request(step, sent[1], given)
        given |= _references(name, step)
        if step is before or any(where.startswith("cookie ") for where in step.keep.values()):
            jar |= set(step.keep)
        if before and jar and step.keep and step is not before:
            lines += ["", "### The CSRF token of the new cookie, which only its own answer shows", "# Expect 200"]
            lines += ["# @no-redirect", f"# @name {name}_csrf", *_request(before, {}, given)]
            given |= _references(f"{name}_csrf", before)
    return "\n".join(lines) + "\n"


def _cookies(step: Step, jar: set[str], given: set[str]) -> tuple[list[str], dict[str, str]] | None:
    """How the editor is told which cookies to send: a line, and headers. None where it can't be."""
    headers = dict(step.headers)
    cookie = headers.pop("Cookie", "")
    held = set(VARIABLE.findall(cookie))
    if cookie and not all(part.endswith("}") for part in cookie.split("; ")):
        headers["Cookie"] = re.sub(r"\{\w+\}\w+", "changed", cookie)
    elif held == jar or (held and step.method == "GET"):
        return [], headers
    elif not held <= given:
        return None
    elif cookie:
        headers["Cookie"] = cookie
    return ["# @no-cookie-jar"], headers


def _references(name: str, step: Step) -> dict[str, str]:
    fields = {variable: where for variable, where in step.keep.items() if not where.startswith("cookie ")}
    return {variable: f"{{{{{name}.response.body.$.{where}}}}}" for variable, where in fields.items()}


def _request(step: Step, headers: Mapping[str, str], given: Mapping[str, str]) -> Iterator[str]:
    yield f"{step.method} {{{{base}}}}{step.path}"
    yield from (f"{name}: {_text(value, given)}" for name, value in headers.items())
    if step.body:
        body = {name: _text(value, given) for name, value in step.body.items()}
        form = "&".join(f"{name}={value}" for name, value in body.items())
        yield from (f"Content-Type: {step.content_type}", "", form if step.content_type == FORM else json.dumps(body))


def _text(text: str, given: Mapping[str, str]) -> str:
    """`{variable}` as the demo has it, as an answer gave it, or as the editor keeps it."""
    return VARIABLE.sub(lambda match: DEMO.get(match[1]) or given.get(match[1]) or f"{{{{{match[1]}}}}}", text)


def _handler(exchange: Exchange, answer: Answer) -> Iterator[str]:
    """JavaScript: what the answer must be, and what is kept of it."""
    expected: dict[str, Any] = {"response.status": answer.status}
    if answer.challenge:
        expected['response.headers.valueOf("WWW-Authenticate")'] = answer.challenge
    if isinstance(answer.body, dict):
        expected |= {f"response.body.{name}": value for name, value in answer.body.items() if _fixed(value)}
    yield f'    client.test("{exchange.id}: as the walkthrough has it", function () {{'
    for what, value in expected.items():
        yield f'        client.assert({what} === {json.dumps(value)}, {json.dumps(what)} + " is " + {what});'
    yield "    });"
    for variable, where in exchange.step.keep.items():
        word, _, cookie = where.partition(" ")
        if word == "cookie":
            yield '    response.headers.valuesOf("Set-Cookie").forEach(function (value) {'
            yield f"        const found = /^ *{cookie}=([^;]*)/.exec(value);"
            yield f'        if (found) client.global.set("{variable}", found[1]);'
            yield "    });"
        else:
            yield f'    client.global.set("{variable}", response.body.{where});'


def _fixed(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and not MARK.search(value))


def _head(profile: str, editor: str) -> Iterator[str]:
    yield f"# For {EDITORS[editor]}"
    yield f"# {card(profile).title}, in seven steps; more in docs/walkthroughs/{profile}.md. Made by `manage.py walkthroughs`."
    if profile not in SCHEMES:
        yield f"# {WARNING.replace('> ', '').replace('**', '')}"
    yield f"@base = {address(profile)}"
