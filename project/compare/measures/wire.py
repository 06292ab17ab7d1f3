"""On the wire: what a client sends and gets, byte by byte. Sent by a socket of its own, so that nothing is added or hidden."""

import io
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlencode

from project.compare.client import Client
from project.compare.laboratory import TEN_YEARS, Subject
from project.compare.results import Cell, Row
from schemes.contract import FORM, Step
from schemes.story import READ, sign_in

ROWS = (
    Row(
        "wire-first-answer",
        "wire",
        "Requests until the first answer with data",
        "requests",
        "The card's requests before and at sign-in, and one read.",
        "Each is a round trip that a person on a slow line waits for.",
    ),
    Row(
        "wire-login-up",
        "wire",
        "Bytes sent to sign in",
        "bytes",
        "Whole requests as written to the socket: request line, the headers that are needed, body.",
        "Mobile clients pay for them; a long dialogue is also more that can go wrong.",
    ),
    Row(
        "wire-login-down",
        "wire",
        "Bytes received to sign in",
        "bytes",
        "Whole answers as read from the socket, the site's own headers included.",
        "What the scheme hands out, and what the site says around it.",
    ),
    Row(
        "wire-credential",
        "wire",
        "Size of the credential",
        "bytes",
        "The values that a request carries, without the words around them.",
        "A longer one says more about itself: a JWT can be read by whoever holds it.",
    ),
    Row(
        "wire-read-bytes",
        "wire",
        "Bytes added to each request that reads",
        "bytes",
        "The header lines that the card adds to a GET.",
        "Sent with every request for as long as the sign-in lives.",
    ),
    Row(
        "wire-write-bytes",
        "wire",
        "Bytes added to each request that changes something",
        "bytes",
        "The header lines that the card adds to a PUT.",
        "Where a browser adds the credential by itself, a second secret must prove that the page meant it.",
    ),
    Row(
        "wire-carrier",
        "wire",
        "What carries it",
        "words",
        "The header of the card, as it was sent and accepted.",
        "What a browser adds by itself can be misused by another site's page (CSRF); what code adds can be read by code (XSS).",
    ),
    Row(
        "wire-adds",
        "wire",
        "Who adds it",
        "words",
        "A cookie is the browser's; any other header is put there by the client's own code.",
        "It decides which class of attack is yours: CSRF, or theft by a script.",
        "CWE-352, CWE-922",
    ),
    Row(
        "wire-none",
        "wire",
        "Answer to no credential",
        "status",
        "GET of a question without any; status and challenge.",
        "A client must know whether to sign in (401, with a challenge) or to give up (403).",
        "RFC 9110 section 15.5.2",
    ),
    Row(
        "wire-wrong",
        "wire",
        "Answer to a wrong credential",
        "status",
        "The same with a letter of the credential changed.",
        "A client should be told that what it sent is refused, so that it renews or signs in again.",
        "RFC 6750 section 3.1",
    ),
    Row(
        "wire-expired",
        "wire",
        "Answer to an expired credential",
        "status",
        "The same with a good credential, ten years later by the site's clock.",
        "An answer of 200 is a credential that never ends.",
        "RFC 6750 section 3.1, ASVS 7.3.2",
    ),
)


@dataclass
class Exchange:
    """One request and its answer, and how many bytes each had."""

    up: int
    down: int
    named: int
    """How many of both are the profile's name in front of a cookie's, which it has in this lab alone."""
    answer: HTTPResponse
    body: bytes


def exchange(client: Client, step: Step, prefix: str) -> Exchange:
    """Send one step with the headers that it needs and no other; the port, which is another each time, is not among them."""
    host, _, port = client.address.removeprefix("http://").partition(":")
    body = {name: client.fill(value) for name, value in step.body.items()}
    payload = (urlencode(body) if step.content_type == FORM else json.dumps(body)).encode() if body else b""
    headers = {"Host": host, **client.filled(step.headers), "Connection": "close"}
    if payload:
        headers |= {"Content-Type": step.content_type, "Content-Length": str(len(payload))}
    lines = [f"{step.method} {step.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    request = "\r\n".join(lines).encode() + payload
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    answer = HTTPResponse(_Received(received))  # type: ignore[arg-type]
    answer.begin()
    named = (request + received).count(prefix.encode()) * len(prefix)
    return Exchange(len(request), len(received), named, answer, answer.read())


class _Received:
    """What `HTTPResponse` needs of a socket."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.data)


def measure(site: Subject) -> Iterator[Cell]:
    scheme = site.scheme
    client = site.visitor()
    prefix = f"{site.profile}_"

    def cell(row: str, value: Any, text: str, reason: str = "", evidence: tuple[str, ...] = ()) -> Cell:
        return Cell(f"wire-{row}", site.profile, value, text, reason, None, evidence)

    steps = sign_in(scheme)
    seen: list[Exchange] = []
    for step in steps:
        seen.append(exchange(client, step, prefix))
        client.do(step)  # the same once more by the client, which keeps what the answer gives
    if not steps:
        client.login()
    first = exchange(client, Step("GET", READ, "", scheme.read), prefix)
    if first.answer.status != 200:
        raise RuntimeError(f"A read after signing in answers {first.answer.status}.")
    dialogue = tuple(f"{step.method} {step.path}: {one.answer.status}" for step, one in zip(steps, seen, strict=True))
    yield cell("first-answer", len(steps) + 1, str(len(steps) + 1), "", (*dialogue, f"GET {READ}: 200"))
    if steps:
        up, down = sum(one.up for one in seen), sum(one.down for one in seen)
        named = sum(one.named for one in seen)
        reason = f"{named} bytes, up and down, are the name of the profile in cookies: the lab's." if named else ""
        yield cell(
            "login-up", up, str(up), f"In {len(steps)} request{'s' if len(steps) > 1 else ''}. {reason}".strip(), dialogue
        )
        yield cell("login-down", down, str(down), reason, dialogue)
    else:
        for row in ("login-up", "login-down"):
            yield cell(row, None, "–", "There is no signing in: the password goes along on every request.")

    carried = [
        client.variables[name] for name in scheme.credential if any(f"{{{name}}}" in text for text in scheme.read.values())
    ]
    size = sum(len(value.encode()) for value in carried)
    yield cell(
        "credential", size, str(size), f"{len(carried)} value{'s' if len(carried) > 1 else ''} in {', '.join(scheme.read)}"
    )
    for row, headers in (("read-bytes", scheme.read), ("write-bytes", scheme.write)):
        added = sum(len(f"{name}: {value}\r\n".encode()) for name, value in client.filled(headers).items())
        named = "".join(headers.values()).count(prefix) * len(prefix)
        reason = f" {named} of them are the name of the profile in cookies: the lab's." if named else ""
        yield cell(row, added, str(added), f"In {', '.join(headers)}.{reason}")
    carrier = ", ".join(f"{name}: {value.partition('{')[0].strip()}…" for name, value in scheme.read.items())
    yield cell("carrier", carrier, carrier, scheme.authorization)
    by_browser = "Cookie" in scheme.read
    adder = "the browser" if by_browser else "the client's code"
    beside = sorted(set(scheme.write) - set(scheme.read))
    yield cell("adds", adder, adder, f"A change also needs {', '.join(beside)}." if beside else "")

    yield _refusal(site, "none", site.visitor())
    wrong = client.copy()
    for name in scheme.credential:
        wrong.variables[name] = _spoiled(client.variables[name])
    yield _refusal(site, "wrong", wrong)
    with site.ahead(TEN_YEARS):
        yield _refusal(site, "expired", client)


def _spoiled(value: str) -> str:
    """One letter in the middle changed, to another letter of base64."""
    middle = len(value) // 2
    return value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]


def _refusal(site: Subject, row: str, client: Client) -> Cell:
    answer = client.ask("GET", READ)
    challenge = answer.headers.get("WWW-Authenticate", "")
    text = f"{answer.status_code} {challenge}".strip()
    said = "No challenge." if answer.status_code >= 400 and not challenge else ""
    reason = "It never expires." if answer.status_code == 200 else said
    return Cell(f"wire-{row}", site.profile, text, text, reason, None, (f"GET {READ}: {answer.status_code}",))
