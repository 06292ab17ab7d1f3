"""OAuth2 for a program on a person's own machine, for httpx: copy this file, and client.py beside it, into your project.

What RFC 9700 wants instead of the password grant: the person signs in and consents in their own browser, so the program never
sees the password (RFC 8252); it has no secret, and only itself can spend its code (PKCE, RFC 7636).

auth = Auth("https://polls.example.org", client_id)
with httpx.Client(base_url=auth.base, auth=auth) as client:
    client.get("/polls/api/questions/")
    client.send(auth.logout())
"""

import base64
import hashlib
import secrets
import time
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import client
import httpx

AUTHORIZE, CALLBACK = "/auth/authorize/", "/callback"
PATIENCE = 300
"""Seconds that somebody has to sign in and consent; their code is good for one minute of them."""


class Refused(Exception):
    """The person said no, or nothing: the error of the answer (RFC 6749, section 4.1.2.1), or that there was none."""


class Auth(client.Auth):
    """Asks the person before the first request, and again where the sign-in is over; renews as its sibling does.

    `browse` opens an address; where there is no browser, `print` shows it. After a refusal nobody is asked again.
    """

    def __init__(
        self, base: str, client_id: str, scope: str = "read write", browse: Callable[[str], object] = webbrowser.open
    ) -> None:
        super().__init__(base, "", "", client_id, "")
        self.client, self.scope, self.browse = {"client_id": client_id}, scope, browse
        self.said_no = ""

    def renew(self, request: httpx.Request) -> client.Flow:
        """A new pair for the refresh token, which is good once; where that is over, ask the person."""
        if self.refresh_token:
            fields = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
            response = yield self.ask(request, client.TOKEN, **fields)
            if response.status_code not in (400, 401):
                return self.keep(response)
        if self.said_no:
            raise Refused(self.said_no)
        with Listener() as listener:
            verifier = secrets.token_urlsafe(48)
            self.browse(self.question(listener, verifier))
            deadline = time.monotonic() + PATIENCE
            while not listener.answer and time.monotonic() < deadline:
                listener.handle_request()
                yield None
        answer = listener.answer or {"error": "Nobody answered."}
        if "error" not in answer and answer.get("iss") != str(self.base).rstrip("/"):
            answer = {"error": "The answer is of another server."}  # RFC 9207, section 2.4
        if "code" not in answer:
            self.said_no = answer.get("error", "The answer has no code.")
            raise Refused(self.said_no)
        proof = {"code": answer["code"], "redirect_uri": listener.address, "code_verifier": verifier}
        self.keep((yield self.ask(request, client.TOKEN, grant_type="authorization_code", **proof)))

    def question(self, listener: "Listener", verifier: str) -> str:
        """The address of the page where the person consents."""
        fields = {
            "response_type": "code",
            "redirect_uri": listener.address,
            "scope": self.scope,
            "state": listener.state,
            "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self.base.join(AUTHORIZE)}?{urlencode(self.client | fields)}"


class Listener(ThreadingHTTPServer):
    """Where the browser is sent back to: any port of the loopback address (RFC 8252, section 7.3), for one answer."""

    timeout = 0  # who waits for it looks again and again, and holds up nobody

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Callback)
        self.address = f"http://127.0.0.1:{self.server_port}{CALLBACK}"
        self.state, self.answer = secrets.token_urlsafe(16), dict[str, str]()


class Callback(BaseHTTPRequestHandler):
    """An answer to another question than ours, whoever sent it, is not one: our person may still be reading."""

    timeout = 10
    server: Listener

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        answer = dict(parse_qsl(asked.query))
        ours = asked.path == CALLBACK and answer.get("state") == self.server.state
        self.send_response(200 if ours else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        said = f"{'Done' if 'code' in answer else 'Not allowed'}: you can close this page." if ours else "Nothing is here."
        self.wfile.write(said.encode())
        if ours:
            self.server.answer = answer

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Nothing: a code is not for a log."""
