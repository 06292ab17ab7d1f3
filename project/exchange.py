"""A request and its answer as they travelled, with every secret marked: what the pages of the lab show."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import requests

BEGIN, END = "\ue000", "\ue001"
"""Around each secret, from Unicode's private use: a page shows what is between them when it is asked to, and not before."""
CREDENTIALS = ("authorization", "proxy-authorization", "x-csrftoken", "x-lab-key")
COOKIES = ("cookie", "set-cookie")
FIELDS = (
    "password", "password1", "password2", "old_password", "new_password", "client_secret", "token", "access", "refresh",
    "access_token", "refresh_token", "id_token", "provider_token", "code", "code_verifier", "csrftoken", "csrfmiddlewaretoken",
)  # fmt: skip
"""Of bodies and query strings, what opens something or helps to."""
_JSON = re.compile(rf'("(?:{"|".join(FIELDS)})"\s*:\s*")((?:[^"\\]|\\.)*)')
_FORM = re.compile(rf"((?:^|[?&])(?:{'|'.join(FIELDS)})=)([^&\s]*)")
_COOKIE = re.compile(r"((?:^|;\s*)[^=;\s]+=)([^;]*)")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exchange:
    """One request, one answer. Bodies are text; `milliseconds` is how long the answer took."""

    method: str
    path: str
    headers: Headers
    body: str
    status: int
    answer_headers: Headers
    answer_body: str
    milliseconds: float

    def shown(self) -> dict[str, Any]:
        """As JSON for `exchange.js`: every text with its secrets between BEGIN and END."""
        return {
            "method": self.method,
            "path": marked(self.path),
            "headers": [[name, marked_header(name, value)] for name, value in self.headers],
            "body": marked(self.body),
            "status": self.status,
            "reason": reason(self.status),
            "answer_headers": [[name, marked_header(name, value)] for name, value in self.answer_headers],
            "answer_body": marked(self.answer_body),
            "milliseconds": round(self.milliseconds, 1),
        }


def travelled(answer: requests.Response) -> Exchange:
    """What a client of ours sent, and what came back."""
    sent = answer.request
    body = sent.body or ""
    return Exchange(
        method=str(sent.method),
        path=sent.path_url,
        headers=_pairs(sent.headers.items()),
        body=body.decode(errors="replace") if isinstance(body, bytes) else str(body),
        status=answer.status_code,
        answer_headers=_pairs(answer.raw.headers.items() if answer.raw is not None else answer.headers.items()),
        answer_body=answer.text,
        milliseconds=answer.elapsed.total_seconds() * 1000,
    )


def reason(status: int) -> str:
    """The words of a status (RFC 9110, section 15); empty for one that nobody knows."""
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


def marked_header(name: str, value: str) -> str:
    """A credential without the word before it, the value of every cookie."""
    value = plain(value)
    if name.lower() in COOKIES:
        if name.lower() == "set-cookie":
            pair, semicolon, attributes = value.partition(";")
            return _COOKIE.sub(_around, pair) + semicolon + attributes
        return _COOKIE.sub(_around, value)
    if name.lower() in CREDENTIALS:
        word, space, credential = value.rpartition(" ")
        return f"{word}{space}{_marked(credential)}"
    return marked(value)


def marked(text: str) -> str:
    """A body, JSON or a form, or a path with its query string."""
    text = plain(text)
    return _JSON.sub(_around, text) if text.lstrip().startswith(("{", "[")) else _FORM.sub(_around, text)


def plain(text: str) -> str:
    """Without marks."""
    return text.replace(BEGIN, "").replace(END, "")


def fields(body: str, content_type: str) -> dict[str, Any]:
    """What a body says, JSON or a form; empty where it is neither."""
    if "json" in content_type:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}
    return dict(parse_qsl(body, keep_blank_values=True))


def _pairs(items: Iterable[tuple[Any, Any]]) -> Headers:
    return tuple((_text(name), _text(value)) for name, value in items)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _around(match: "re.Match[str]") -> str:
    return match[1] + _marked(match[2])


def _marked(secret: str) -> str:
    return f"{BEGIN}{secret}{END}" if secret else ""
