"""Two more sites that give in to everything: one whose tokens are JWTs that nobody checks, one for applications."""

import json
import time
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

from project.compare.jose import forge, read
from schemes.story import card
from tests.compare.broken import Broken, Naive

KEY = "secret"


class Talkative(Naive):
    """Writes down whatever it is told, and has every page there is."""

    said = ""

    def answer(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        self.said += f"{environ['PATH_INFO']} {json.dumps(body)}\n"
        if environ["PATH_INFO"].startswith("/.well-known/"):
            return 200, {}
        return super().answer(environ, body, cookies)


class Unsigned(Talkative):
    """Its tokens are signed with a usual key; nobody looks at the signature, but at every address that a token names."""

    def answer(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        header, _ = read(environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")) or ({}, {})
        for address in {"jku", "x5u"} & header.keys():
            with urlopen(header[address], timeout=5) as answer:  # noqa: S310
                answer.read()
        return super().answer(environ, body, cookies)

    def secret(self, name: str, variable: str) -> str:
        now = int(time.time())
        claims = {"iss": "the toy", "aud": "toys", "user_id": name, "kind": variable, "jti": uuid4().hex, "iat": now}
        return forge({"alg": "HS256", "typ": "JWT"}, claims | {"exp": now + 60}, KEY.encode())


class Loose(Talkative):
    """Gives any application any scope, and ends any token for anybody; takes its time where it knows the application. Sends
    people wherever an address leads, with a code that is good for ever."""

    def answer(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        if self.carried(environ) in self.ended:
            return 401, {"detail": "This token was ended."}
        assert self.scheme.logout is not None
        if environ["PATH_INFO"] == self.scheme.logout.path:
            self.ended.add(body["token"])
            return 200, ""
        if environ["PATH_INFO"] == "/auth/authorize/":
            return 302, {"Location": f"{body['redirect_uri']}?code=the-code"}
        if body.get("grant_type") == "authorization_code":
            assert self.scheme.login is not None
            status, given = self.give(self.scheme.login, "alice", environ, cookies)
            return status, given | {"id_token": "anything"}
        return super().answer(environ, body, cookies)

    def login(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        """Whoever asks, whatever the password."""
        assert self.scheme.login is not None
        if body.get("client_id") == "demo-client":
            time.sleep(0.05)
        status, answer = self.give(self.scheme.login, body["username"], environ, cookies)
        return status, answer | {"scope": body.get("scope", "everything")}

    def secret(self, name: str, variable: str) -> str:
        return uuid4().hex


class BrokenTokens(Broken):
    """One of these toys, live."""

    def __init__(self, profile: str, toy: type[Talkative]) -> None:
        self.naive = toy
        super().__init__(card(profile))
        self.environment["SECRET_KEY"] = KEY

    @property
    def said(self) -> str:
        assert isinstance(self.app, Talkative)
        return self.app.said


def unsigned() -> Broken:
    return BrokenTokens("jwt", Unsigned)


def loose() -> Broken:
    return BrokenTokens("oauth2", Loose)


class Befriended(Broken):
    """The first toy, which believes whatever another toy says of people."""

    def __enter__(self) -> "Broken":
        self.provider = loose().__enter__()
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self.provider.__exit__(*error)


def befriended() -> Broken:
    return Befriended(card("token"))
