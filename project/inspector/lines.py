"""A recorded request as a line to paste: curl, HTTPie, Python. Real values: what is copied must work."""

import shlex
from pprint import pformat

from project.exchange import Exchange, Headers
from project.inspector.sending import HOPS

NOISE = (
    *HOPS,
    "accept-encoding",
    "accept-language",
    "user-agent",
    "cache-control",
    "pragma",
    "priority",
    "dnt",
    "origin",
    "referer",
)
"""What a client adds by itself."""


def lines(one: Exchange, base: str) -> dict[str, str]:
    return {"curl": curl(one, base), "HTTPie": httpie(one, base), "Python": python(one, base)}


def curl(one: Exchange, base: str) -> str:
    method = [] if one.method == ("POST" if one.body else "GET") else ["-I"] if one.method == "HEAD" else ["-X", one.method]
    headers = [part for name, value in headers_of(one) for part in ("-H", f"{name}: {value}" if value else f"{name};")]
    body = ["--data-raw", one.body] if one.body else []
    return shlex.join(["curl", "-i", *method, base + one.path, *headers, *body])


def httpie(one: Exchange, base: str) -> str:
    headers = [f"{name}:{value}" if value else f"{name};" for name, value in headers_of(one)]
    body = ["--raw", one.body] if one.body else []
    return shlex.join(["http", "--ignore-stdin", *body, one.method, base + one.path, *headers])


def python(one: Exchange, base: str) -> str:
    arguments = [repr(one.method), repr(base + one.path)]
    if headers := dict(headers_of(one)):
        arguments.append(f"headers={pformat(headers, width=100, sort_dicts=False)}")
    if one.body:
        arguments.append(f"data={one.body!r}" + ("" if one.body.isascii() else ".encode()"))
    arguments.append("allow_redirects=False")
    inside = ",\n    ".join(argument.replace("\n", "\n    ") for argument in arguments)
    return f"import requests\n\nanswer = requests.request(\n    {inside},\n)\nprint(answer.status_code, answer.text)"


def headers_of(one: Exchange) -> Headers:
    """Those that matter; `Accept: */*` is what everybody sends."""
    return tuple(
        (name, value)
        for name, value in one.headers
        if name.lower() not in NOISE and not name.lower().startswith("sec-") and (name, value) != ("Accept", "*/*")
    )
