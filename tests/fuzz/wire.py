"""HTTP as bytes, for requests that no client library would send, and the judge of what comes back."""

import json
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

import requests

from project.compare.servers import HOST, Site
from project.errors import API, PAGES

Headers = Iterable[tuple[bytes, bytes]]

ANYWHERE = {400, 401, 403, 404, 405, 406, 413, 415}
"""What may be answered where the document knows no such path or no such method."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def of_the_server(self) -> bool:
        """The server's own refusal of what is not HTTP: it reached no application, so nothing could say more."""
        return self.status in (400, 408, 414, 431) and not self.body and "content-type" not in self.headers


def send(site: Site, method: bytes, target: bytes, headers: Headers = (), body: bytes = b"") -> Answer:
    """One request with exactly these bytes; a Host and a length are added where `headers` names none."""
    headers = list(headers)
    names = {name.lower() for name, _ in headers}
    if b"host" not in names:
        headers.insert(0, (b"Host", f"{HOST}:{site.port}".encode()))  # first: a line that ends the others does not end it
    if not names & {b"content-length", b"transfer-encoding"} and (body or method not in (b"GET", b"HEAD")):
        headers.append((b"Content-Length", b"%d" % len(body)))
    head = b"%b %b HTTP/1.1\r\n" % (method, target)
    head += b"".join(b"%b: %b\r\n" % header for header in headers) + b"Connection: close\r\n\r\n"
    with socket.create_connection((HOST, site.port), timeout=30) as connection:
        with suppress(OSError):  # refused before all of it was read: the answer says why
            connection.sendall(head + body)
        response = HTTPResponse(connection, method=method.decode("latin-1"))
        response.begin()
        try:
            content = response.read()
        except HTTPException as error:
            content = error.args[0] if error.args and isinstance(error.args[0], bytes) else b""
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)


class Judge:
    """Sends, and asserts that the answer is one that the OpenAPI document of the site knows."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.asked = 0
        self.document = requests.get(f"{site.address}/api/schema/", timeout=30).json()
        self.paths = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"?\Z"), operations)
            for path, operations in self.document["paths"].items()
        ]

    def __call__(self, method: bytes, target: bytes, headers: Headers = (), body: bytes = b"") -> Answer:
        headers = list(headers)
        answer = send(self.site, method, target, headers, body)
        self.asked += 1
        sent = f"{method!r} {target[:300]!r} {headers!r:.900} {body[:300]!r}"
        said = f"{sent}\nwas answered {answer.status} {answer.headers} {answer.body[:300]!r}"
        assert answer.status < 500, said
        path = target.partition(b"?")[0].decode("latin-1")
        if path.startswith(API) and not path.startswith(PAGES) and not answer.of_the_server:
            assert answer.status in self.known(method.decode("latin-1"), path), f"undocumented: {said}"
            if answer.status >= 400 and method != b"HEAD":
                assert self.explains(answer), f"says nothing: {said}"
        return answer

    def known(self, method: str, path: str) -> set[int]:
        """The statuses of the operation; of none, those of a refusal."""
        for pattern, operations in self.paths:
            if pattern.match(path):
                if method == "OPTIONS":
                    return ANYWHERE | {200}
                method = "get" if method == "HEAD" else method.lower()
                if method in operations:
                    return {int(status) for status in operations[method]["responses"]}
        return ANYWHERE | ({200} if path.startswith("/api/schema") else set())

    def explains(self, answer: Answer) -> bool:
        """A sentence, or messages by field, or an error of RFC 6749; under DEBUG a page, for those who accept pages."""
        if self.site.environment["DEBUG"] == "1" and answer.headers["content-type"].startswith("text/html"):
            return True
        said = json.loads(answer.body)
        word = said.get("detail", said.get("error"))
        if word is not None:
            return isinstance(word, str) and bool(word)
        return bool(said) and all(
            isinstance(messages, list) and messages and all(isinstance(message, str) for message in messages)
            for messages in said.values()
        )
