"""A site that gives in to everything: the proof that the probes can fail.

`Broken(card)` is a `Subject` like any other to a probe. It speaks the card it is given (its faces: a cookie, a header, a
pair of tokens), and under it is a toy: whoever asks is let in, nothing expires, nothing is revoked, errors tell all.
"""

import json
import re
import threading
import time
import traceback
from collections.abc import Iterable
from contextlib import nullcontext
from http.cookies import SimpleCookie
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from project.compare.client import Client
from project.compare.laboratory import PASSWORD, STUDENTS, Subject
from schemes.contract import Scheme

ADMIN = '<form><input name="csrfmiddlewaretoken" value="always-the-same"></form>'


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """As the library's, without asking the network for the name of this machine."""
        self.server_name, self.server_port = "127.0.0.1", 0
        super(WSGIServer, self).server_bind()
        self.server_port = self.server_address[1]
        self.setup_environ()


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


class Naive:
    """The toy: a WSGI application with everybody's passwords, a count of votes, and every credential that it gave."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        names = ["alice", "bob", *(f"student{number:02}" for number in range(1, STUDENTS + 1))]
        self.accounts: dict[str, dict[str, Any]] = {name: self.account(name, PASSWORD) for name in names}
        self.accounts |= {name: self.account(name, f"{name}-demo-pass") for name in ("alice", "bob")}
        self.accounts["admin"] = self.account("admin", "admin-demo-pass")
        self.issued: dict[str, str] = {}
        """Credential -> the name of who got it."""
        self.ended: set[str] = set()
        self.questions: list[dict[str, Any]] = [{"question_text": "?"}]
        self.votes = [0, 0, 0]

    @staticmethod
    def account(name: str, password: str) -> dict[str, Any]:
        return {
            "username": name,
            "email": f"{name}@example.com",
            "password": password,
            "is_staff": False,
            "is_superuser": False,
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        cookies: list[str] = []
        try:
            raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
            body = json.loads(raw) if raw.startswith(("{", "[")) else dict(parse_qsl(raw))
            query = dict(parse_qsl(environ["QUERY_STRING"]))
            status, answer = self.answer(environ, body | query, cookies)
        except (ValueError, TypeError, UnicodeDecodeError):
            status, answer = 400, traceback.format_exc()
        text = answer if isinstance(answer, str) else json.dumps(answer)
        headers = [("Content-Type", "text/html" if isinstance(answer, str) else "application/json")]
        headers += [("Set-Cookie", cookie) for cookie in cookies]
        headers += (
            [("Location", quote(answer["Location"], ":/?&="))] if isinstance(answer, dict) and "Location" in answer else []
        )
        headers += [("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*")), ("X-Powered-By", "Django/5.2.19")]
        start_response(f"{status} -", headers)
        return [text.encode()]

    def answer(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        scheme = self.scheme
        if scheme.login and self.is_step(scheme.refresh, path, body):
            return self.give(scheme.refresh, "alice", environ, cookies)
        if scheme.login and self.is_step(scheme.login, path, body):
            return self.login(environ, body, cookies)
        for step in (scheme.before, scheme.logout):
            if step and (step.method, step.path) == (method, path):
                return self.give(step, "", environ, cookies) if step is scheme.before else self.logout(environ, body)
        if path.startswith("/auth/social/") and scheme.social:
            return self.give(scheme.social, "alice", environ, cookies)
        if path == "/accounts/register/":
            self.accounts[body["username"]] = self.account(body["username"], "") | body
            return 201, self.accounts[body["username"]]
        if path == "/accounts/me/":
            account = self.accounts[self.who(environ)]
            if method != "GET":
                account |= body
            return 200, account
        if path == "/accounts/password/":
            account = self.accounts[self.who(environ)]
            if body["old_password"] != account["password"]:
                return 400, {"old_password": ["This is not your password."]}
            account["password"] = body["new_password"]
            return 204, ""
        if path == "/admin/login/":
            right = method == "POST" and self.accounts[body["username"]]["password"] == body["password"]
            return (302 if right else 200), ADMIN
        if path == "/auth/":
            return 200, {"lifetimes": dict.fromkeys(scheme.lifetimes, 60)}
        if path.startswith("/auth/credentials/"):
            return (200, [{"id": 1}]) if method == "GET" else (204, "")
        if path.endswith("/vote/"):
            self.votes[int(body.get("choice", 1)) - 1] += 1
            return 200, {"question": 1, "choice": 1}
        if path == "/polls/api/questions/":
            self.questions += [{"question_text": "?"} | body] if method == "POST" else []
            return (201 if method == "POST" else 200), {"id": len(self.questions), "results": self.questions}
        if path.startswith(("/polls/api/questions/", "/auth/")) and method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            votes = [{"id": number, "choice_text": "?", "votes": votes} for number, votes in enumerate(self.votes, 1)]
            return 200, {"id": 1, "question_text": "?", "choices": votes, "active": True}
        if path in ("/", "/accounts/login/"):
            return 200, "<h1>Welcome</h1>"
        return 404, f'Traceback (most recent call last):\n  File "/srv/site/urls.py", line 1, Django 5.2.19: {path}'

    @staticmethod
    def is_step(step: Any, path: str, body: dict[str, Any]) -> bool:
        """Whether a request with this path and these fields is the one of the card."""
        return bool(step and step.path == path and body.get("grant_type") == step.body.get("grant_type"))

    def login(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        """Tidies passwords up, tells why one is refused, and is slow for those who exist."""
        account = self.accounts.get(body["username"])
        if account is None:
            return 404, {"detail": "There is no such user."}
        if account["password"].strip().lower() != body["password"].strip().lower():
            time.sleep(0.05)
            active = account.get("is_active", True)
            return self.scheme.refused, {"detail": "The password is wrong." if active else "You are banned."}
        assert self.scheme.login is not None
        return self.give(self.scheme.login, body["username"], environ, cookies)

    def give(self, step: Any, name: str, environ: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        """What the card says that this step gives. A cookie that is there already is kept, whoever planted it."""
        planted = SimpleCookie(environ.get("HTTP_COOKIE", ""))
        answer = {"username": name, "email": f"{name}@example.com"}
        for variable, where in step.keep.items():
            word, _, cookie = where.partition(" ")
            secret = planted[cookie].value if cookie in planted else self.secret(name, variable)
            self.issued[secret] = name
            if word == "cookie":
                cookies.append(f"{cookie}={secret}; Path=/")
            else:
                answer[where] = secret
        return step.status, answer

    def secret(self, name: str, variable: str) -> str:
        """A credential that did not exist before."""
        return f"{variable}-{name}-{len(self.issued)}"

    def logout(self, environ: dict[str, Any], body: dict[str, Any]) -> tuple[int, Any]:
        """Ends nothing, and tells what it knows of a credential."""
        secret = self.carried(environ) if not body else body.get("token", body.get("refresh", ""))
        if secret not in self.issued:
            return 404, {"detail": "There is no such credential."}
        if secret in self.ended:
            return 410, {"detail": "It was ended before."}
        self.ended.add(secret)
        assert self.scheme.logout is not None
        return self.scheme.logout.status, ""

    def carried(self, environ: dict[str, Any]) -> str:
        """The credential of a request, wherever in it."""
        sent = f"{environ.get('HTTP_AUTHORIZATION', '')} {environ.get('HTTP_COOKIE', '')}"
        return next((secret for secret in self.issued if secret in re.split(r"[\s=;]+", sent)), "")

    def who(self, environ: dict[str, Any]) -> str:
        """Whose request it is; anybody else is alice."""
        return self.issued.get(self.carried(environ)) or "alice"


class Locking(Naive):
    """Locks: everybody out, for good, after ten wrong passwords for anybody; who sends a right one is told so."""

    wrong = 0

    def answer(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        if self.wrong < 10:
            return super().answer(environ, body, cookies)
        right = self.accounts.get(body.get("username", ""), {}).get("password") == body.get("password", "")
        return (423 if right else 429), {"detail": "The site is locked."}

    def login(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        status, answer = super().login(environ, body, cookies)
        self.wrong += status == self.scheme.refused
        return status, answer


class Obedient(Naive):
    """Ends things: whatever a logout names, whoever asks, and however."""

    def answer(self, environ: dict[str, Any], body: dict[str, Any], cookies: list[str]) -> tuple[int, Any]:
        assert self.scheme.logout is not None
        if environ["PATH_INFO"] == self.scheme.logout.path:
            return self.logout(environ, body)
        ended = {self.issued[secret] for secret in self.ended}
        if self.who(environ) in ended or self.issued.get(body.get("refresh", "")) in ended:
            return self.scheme.refused, {"detail": "You have logged out."}
        return super().answer(environ, body, cookies)


class Broken(Subject):
    """`with Broken(card) as site:` the toy is served as long as the block lasts."""

    naive = Naive

    def __init__(self, card: Scheme, naive: type[Naive] | None = None) -> None:
        self.profile, self.scheme, self.environment = "broken", card, {"LAB_KEY": "none"}
        self.seen, self.people, self.students, self.provider = [], 0, iter(range(1, STUDENTS + 1)), None
        self.app = (naive or self.naive)(card)

    def __enter__(self) -> "Broken":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        self.server = Server(("127.0.0.1", 0), Quiet)
        self.server.set_app(self.app)
        said = [f"{credential}\n" for credential in self.app.issued]
        self.site = SimpleNamespace(address=f"http://127.0.0.1:{self.server.server_port}", said=said)  # type: ignore[assignment]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def ids(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.app.accounts, 1)}

    def deactivate(self, person: Client) -> None:
        self.app.accounts[person.variables["username"]]["is_active"] = False

    def _administrate(self, person: Client, page: str, form: Any) -> None:
        """What an administrator does changes nothing."""

    def set_clock(self, ahead: float) -> None:
        """Time does not count here."""

    def busy(self) -> nullcontext[None]:  # type: ignore[override]
        """Nothing is written to a disk here."""
        return nullcontext()

    def dump(self) -> str:
        return "\n".join(self.app.issued)

    def rows(self) -> dict[str, int]:
        return {"everything": len(self.app.issued)}

    def manage(self, *arguments: str, ahead: int = 0, **changed: str) -> str:
        return ""
