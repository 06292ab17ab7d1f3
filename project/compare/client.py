"""A client of the site that knows a scheme by its card alone: it fills `{variables}` and keeps what answers give."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import requests

from schemes.contract import FORM, Scheme, Step
from schemes.story import DEMO, READ

TIMEOUT = 30
SAFE = ("GET", "HEAD", "OPTIONS")
Written = tuple[str, str, dict[str, str], str | None]
"""A request as it is sent: method, path, headers, body."""


class Client:
    """One device of one person. Cookies are variables like any other: nothing is sent that the card does not say."""

    def __init__(self, address: str, scheme: Scheme, listener: Callable[[requests.Response], None] | None = None) -> None:
        self.address = address
        self.scheme = scheme
        self.listener = listener
        self.extra: dict[str, str] = {}
        """Headers that every request has besides those of the card: none, but where the engine asks for a record of work."""
        self.variables = {name: value for name, value in DEMO.items() if name not in scheme.credential}

    @property
    def signed_in(self) -> bool:
        return self.scheme.credential <= set(self.variables)

    def copy(self) -> "Client":
        """Another device that holds the same credential: the thief, or the same person a moment ago."""
        other = Client(self.address, self.scheme, self.listener)
        other.variables = dict(self.variables)
        return other

    def send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> requests.Response:
        """One request with exactly these headers and this body."""
        answer = requests.request(
            method,
            self.address + path,
            headers={**(headers or {}), **self.extra},
            timeout=TIMEOUT,
            allow_redirects=False,
            **options,
        )
        if self.listener:
            self.listener(answer)
        return answer

    def do(self, step: Step) -> requests.Response:
        """Speak one verb, and keep what it gives if it succeeds."""
        method, path, headers, body = self.written(step)
        answer = self.send(method, path, headers, data=body)
        if answer.status_code == step.status:  # Django's form is 200 where the sign-in failed
            for name, where in step.keep.items():
                word, _, cookie = where.partition(" ")
                self.variables[name] = answer.cookies[cookie] if word == "cookie" else answer.json()[where]
        return answer

    def written(self, step: Step) -> Written:
        """The request of a step, exactly as it is sent."""
        fields = {name: self.fill(value) for name, value in step.body.items()}
        headers = self.filled(step.headers) | ({"Content-Type": step.content_type} if fields else {})
        body = urlencode(fields) if step.content_type == FORM else json.dumps(fields)
        return step.method, self.fill(step.path), headers, body if fields else None

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request that carries the credential, if there is one: to read, or to change something."""
        headers = self.filled(self.scheme.read if method in SAFE else self.scheme.write) if self.signed_in else {}
        return self.send(method, path, headers | options.pop("headers", {}), **options)

    def opens(self) -> bool:
        """Whether what it holds opens the API now, if need be by renewing it first."""
        if self.ask("GET", READ).status_code == 200:
            return True
        refresh = self.scheme.refresh
        return bool(refresh and self.do(refresh).ok and self.ask("GET", READ).status_code == 200)

    def login(self, username: str = "alice", password: str = "alice-demo-pass") -> requests.Response:
        """Sign in. Where there is no sign-in, the credential is the password itself, and the answer says whether it counts."""
        self.variables |= {"username": username, "password": password}
        if self.scheme.before:
            self.do(self.scheme.before)
        if self.scheme.login:
            return self.do(self.scheme.login)
        self.variables["basic"] = b64encode(f"{username}:{password}".encode()).decode()
        return self.do(self.scheme.verify)

    def filled(self, texts: Mapping[str, str]) -> dict[str, str]:
        return {name: self.fill(value) for name, value in texts.items()}

    def fill(self, text: str) -> str:
        """Raises KeyError for a variable that nothing gave yet."""
        return text.format_map(self.variables)
