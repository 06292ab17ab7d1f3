"""What each request of the story is answered: recorded from live sites, with what varies marked as `<token>` or `<time>`."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from difflib import unified_diff
from http import HTTPStatus
from typing import Any

import requests

from project.compare.servers import ROOT

FILE = ROOT / "docs" / "walkthroughs" / "answers.json"
BASE = "<base>"
MARK = re.compile(r"<\w+>")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
NUMBERS = {"votes": "<count>", "expires_in": "<seconds>", "id": "<id>"}
"""Fields whose number varies. The id of a question or a choice does not: the demo's keep theirs."""
WIDTH = 110


@dataclass(frozen=True)
class Answer:
    """What a walkthrough shows of an answer.

    `cookies` are the names of those that it sets; `body` is JSON, or None; `page`: it was HTML, which nobody reads here.
    """

    status: int
    challenge: str = ""
    cookies: tuple[str, ...] = ()
    body: Any = None
    page: bool = False

    def __str__(self) -> str:
        """As curl -i has it, but for the headers that do not matter and for line breaks in the JSON."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        if self.challenge:
            lines.append(f"www-authenticate: {self.challenge}")
        lines += [f"set-cookie: {name}=<{name}>; ..." for name in self.cookies]
        if self.page:
            lines.append("content-type: text/html; charset=utf-8")
        if self.body is not None:
            lines += ["", *_printed(self.body)]
        return "\n".join(lines)


def received(response: requests.Response, base: str) -> Answer:
    """What a site at `base` answered."""
    kind = response.headers.get("Content-Type", "")
    body = json.loads(response.text.replace(base, BASE)) if kind.startswith("application/json") and response.text else None
    challenge, cookies = response.headers.get("WWW-Authenticate", ""), tuple(sorted(response.cookies.keys()))
    return Answer(response.status_code, challenge, cookies, body, kind.startswith("text/html"))


def recorded(answer: Answer, variables: Mapping[str, str]) -> Answer:
    """The answer with marks for what varies: the `variables` that a client keeps of it, times, counts."""
    marks = {value: f"<{name.removeprefix('first_')}>" for name, value in variables.items()}
    return replace(answer, body=_marked(answer.body, marks))


def blended(expected: Answer, got: Answer) -> Answer:
    """`got`, with the marks of `expected` wherever it has what they stand for: equal if nothing else differs."""
    return replace(got, body=_blended(expected.body, got.body))


def difference(expected: Answer, got: Answer) -> str:
    """In lines, - what was expected, + what came; empty if they are the same but for what varies."""
    want, have = str(expected).splitlines(), str(blended(expected, got)).splitlines()
    return "\n".join(line for line in unified_diff(want, have, n=99, lineterm="") if not line.startswith(("---", "+++", "@@")))


def read() -> dict[str, Answer]:
    """Id of an exchange -> its answer."""
    found = json.loads(FILE.read_text())
    return {id_: Answer(**{**fields, "cookies": tuple(fields.get("cookies", ()))}) for id_, fields in found.items()}


def write(answers: Mapping[str, Answer]) -> None:
    shown = {
        id_: {name: value for name, value in asdict(answer).items() if value or name == "status"}
        for id_, answer in answers.items()
    }
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(shown, indent=1) + "\n")


def parse(text: str) -> Answer:
    """The inverse of str(): raises ValueError or KeyError for what is no answer."""
    head, _, body = text.strip().replace("\r", "").partition("\n\n")
    first, *headers = head.splitlines()
    found = {name.lower(): value for name, _, value in (line.partition(": ") for line in headers)}
    cookies = sorted(re.findall(r"^set-cookie: *([^=]+)=[^;\"]", head, re.IGNORECASE | re.MULTILINE))
    quoted = re.sub(r": (<\w+>)", r': "\1"', body)
    page = found.get("content-type", "").startswith("text/html")
    content = json.loads(quoted) if body and not page else None
    return Answer(int(first.split()[1]), found.get("www-authenticate", ""), tuple(cookies), content, page)


def _marked(body: Any, marks: Mapping[str, str]) -> Any:
    if isinstance(body, list):
        return [_marked(item, marks) for item in body]
    if isinstance(body, dict):
        own = "username" in body
        return {
            name: NUMBERS[name]
            if name in NUMBERS and isinstance(value, int) and (name != "id" or own)
            else _marked(value, marks)
            for name, value in body.items()
        }
    if isinstance(body, str):
        return "<time>" if TIME.fullmatch(body) else marks.get(body, body)
    return body


def _blended(expected: Any, got: Any) -> Any:
    if isinstance(expected, dict) and isinstance(got, dict):
        return {name: _blended(expected.get(name), value) for name, value in got.items()}
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [_blended(*pair) for pair in zip(expected, got, strict=True)]
    if isinstance(expected, str) and MARK.fullmatch(expected):
        if expected in NUMBERS.values():
            return expected if isinstance(got, int) else got
        fits = TIME.fullmatch(got) if expected == "<time>" and isinstance(got, str) else got
        return expected if isinstance(got, str) and fits else got
    return got


def _printed(body: Any) -> list[str]:
    """JSON in lines, an object that holds no other in one line where it fits. Marks of numbers have no quotes."""
    text = json.dumps(body, indent=2, ensure_ascii=False)
    for mark in NUMBERS.values():
        text = text.replace(f'"{mark}"', mark)

    def joined(match: "re.Match[str]") -> str:
        line = re.sub(r"\s*\n\s*", " ", match[0]).replace("{ ", "{").replace(" }", "}").replace("[ ", "[").replace(" ]", "]")
        return line if len(line) <= WIDTH else match[0]

    return re.sub(r"\{[^{}]*\}", joined, text).splitlines()
