"""A provider of OpenID Connect, and stand-ins for Google, GitHub, Facebook and X, that lie and fail on demand."""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY, SECRET = "this-site", "its-secret"
_numbers = count(1)


class Fake:
    """`tokens` are what it issued: whom each is about, and for which application. `broken` says which paths fail, and how."""

    def __init__(self) -> None:
        self.private = rsa.generate_private_key(65537, 2048)
        self.tokens: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.next_person: dict[str, Any] = {}
        self.broken: dict[str, str] = {}
        self.asked: list[str] = []
        self.over = Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"fake": self}))
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self, *providers: str) -> dict[str, str]:
        """Of a site that knows these providers."""
        named = {"FAKE_PROVIDER": self.address, "DJANGO_SETTINGS_MODULE": "tests.social.settings"}
        for name in providers:
            prefix = f"SOCIAL_AUTH_{name.upper().replace('-', '_')}"
            named |= {f"{prefix}_KEY": KEY, f"{prefix}_SECRET": SECRET}
        return named | ({"SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": self.address} if "oidc" in providers else {})

    def token(self, sub: str = "", client: str = KEY, **claims: Any) -> str:
        """An access token about a person, a new one if none is named."""
        number = next(_numbers)
        token = f"token-{number}"
        self.tokens[token] = {"sub": sub or f"person-{number}", "client": client, "claims": claims}
        return token

    def id_token(self, access_token: str, key: Any = None, **changed: Any) -> str:
        told = self.tokens[access_token]
        half = sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.address,
            "sub": told["sub"],
            "aud": told["client"],
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
            "at_hash": urlsafe_b64encode(half).decode().rstrip("="),
        } | changed
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key or self.private, algorithm="RS256", headers={"kid": "k"})

    @contextmanager
    def failing(self, path: str, how: str) -> Iterator[None]:
        """`down` drops the connection, `slow` never answers, `rubbish` is no JSON, `odd` is JSON but nothing asked for."""
        self.broken[path] = how
        try:
            yield
        finally:
            del self.broken[path]

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    fake: Fake

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        json_sent = "json" in self.headers.get("Content-Type", "")
        form = json.loads(body) if json_sent else dict(parse_qsl(body))
        self.fake.asked.append(url.path)
        how = self.fake.broken.get(url.path)
        if how == "down":
            self.close_connection = True
            return
        if how == "slow":
            self.fake.over.wait(5)
            return
        if how in ("rubbish", "odd", "error"):
            self.say("<html>" if how == "rubbish" else [1, None] if how == "odd" else {}, 500 if how == "error" else 200)
            return
        bearer = self.headers.get("Authorization", "").partition(" ")[2]
        self.route(url.path, form | {name: values[0] for name, values in parse_qs(url.query).items()}, bearer)

    def route(self, path: str, form: dict[str, Any], bearer: str) -> None:
        fake, base = self.fake, self.fake.address
        about = fake.tokens.get(bearer)
        asked = fake.tokens.get(form.get("token") or form.get("input_token") or form.get("access_token") or "")
        match path:
            case "/.well-known/openid-configuration":
                self.say({
                    "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo", "jwks_uri": f"{base}/jwks",
                    "introspection_endpoint": f"{base}/introspect",
                })  # fmt: skip
            case "/jwks":
                key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(fake.private.public_key()))
                self.say({"keys": [key | {"kid": "k", "use": "sig", "alg": "RS256"}]})
            case "/authorize":
                code = f"code-{next(_numbers)}"
                person = dict(fake.next_person)
                token = fake.token(person.pop("sub", ""), **person)
                fake.codes[code] = {"token": token, "nonce": form.get("nonce")}
                self.lead(f"{form['redirect_uri']}?{urlencode({'code': code, 'state': form['state']})}")
            case "/token":
                granted = fake.codes.pop(form.get("code", ""), None)
                if granted is None:
                    self.say({"error": "invalid_grant"}, 400)
                else:
                    token = granted["token"]
                    id_token = fake.id_token(token, nonce=granted["nonce"])
                    self.say({"access_token": token, "token_type": "Bearer", "id_token": id_token})
            case "/userinfo" | "/www.googleapis.com/oauth2/v3/userinfo":
                self.say({"sub": about["sub"]} | about["claims"] if about else {}, 200 if about else 401)
            case (
                "/accounts.google.com/o/oauth2/token"
                | "/github.com/login/oauth/access_token"
                | "/graph.facebook.com/v24.0/oauth/access_token"
                | "/api.twitter.com/2/oauth2/token"
            ):
                person = dict(fake.next_person)
                self.say({"access_token": fake.token(person.pop("sub"), **person), "token_type": "bearer"})
            case "/api.twitter.com/2/users/me":
                self.say({"data": {"id": about["sub"], "name": "Ex", "username": "ex"}} if about else {}, 200 if about else 401)
            case "/introspect":
                known = b64decode(bearer).decode() == f"{KEY}:{SECRET}"
                said = {"active": True, "client_id": asked["client"], "sub": asked["sub"]} if asked else {"active": False}
                self.say(said if known else {"error": "invalid_client"}, 200 if known else 401)
            case "/oauth2.googleapis.com/tokeninfo":
                said = {"aud": asked["client"], "azp": asked["client"], "sub": asked["sub"]} if asked else {}
                self.say(said or {"error": "invalid_token"}, 200 if asked else 400)
            case "/api.github.com/applications/this-site/token":
                ours = asked and asked["client"] == KEY
                said = {"app": {"client_id": KEY}, "user": {"id": int(asked["sub"])}} if ours else {}
                self.say(said, 200 if ours else 404)
            case "/api.github.com/user":
                self.say({"id": int(about["sub"]), "login": "octocat"} if about else {}, 200 if about else 401)
            case "/api.github.com/user/emails":
                self.say(about["claims"].get("emails", []))
            case "/graph.facebook.com/v24.0/debug_token":
                said = {"is_valid": True, "app_id": asked["client"], "user_id": asked["sub"]} if asked else {"is_valid": False}
                self.say({"data": said})
            case "/graph.facebook.com/v24.0/me":
                self.say({"id": asked["sub"], "name": "Fay Book"} | asked["claims"])
            case _:
                self.say({}, 404)

    def say(self, what: Any, status: int = 200) -> None:
        body = what if isinstance(what, str) else json.dumps(what)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def lead(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()
