"""OAuth2, for httpx: copy this file into your project.

It speaks the password grant, which RFC 9700 section 2.4 says must not be used: native.py, beside it, has the person sign in
with their browser instead.

auth = Auth("https://polls.example.org", "alice", password, client_id, client_secret)
with httpx.Client(base_url=auth.base, auth=auth) as client:
    client.get("/polls/api/questions/")
    client.send(auth.logout())
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import closing, suppress

import httpx

TOKEN, LOGOUT = "/auth/token/", "/auth/revoke_token/"
MOMENT = 0.01
"""Seconds between two looks whether the renewal of another request is over."""

Flow = Generator[httpx.Request | None, httpx.Response, None]


class Auth(httpx.Auth):
    """Signs in before the first request, renews the credential when it is refused, once, and repeats the request, once.

    For any number of threads and tasks, of `httpx.Client` and `httpx.AsyncClient`: one renews, the others wait for it. Requests
    to another origin go without the credential. A refused sign-in raises `httpx.HTTPStatusError`.
    """

    requires_request_body = requires_response_body = True

    def __init__(self, base: str, username: str, password: str, client_id: str, client_secret: str) -> None:
        self.base = httpx.URL(base)
        self.username, self.password = username, password
        self.client = {"client_id": client_id, "client_secret": client_secret}
        self.access_token = self.refresh_token = ""
        self.refusal: httpx.Response | None = None
        self.lock = threading.Lock()

    def logout(self) -> httpx.Request:
        """What ends the sign-in at the server: `client.send(auth.logout())`. Here it is forgotten at once."""
        request = httpx.Request("POST", self.base.join(LOGOUT), data={"token": self.refresh_token, **self.client})
        self.access_token = self.refresh_token = ""
        return request

    def flow(self, request: httpx.Request) -> Flow:
        """The requests to send, each for its answer; None where another request renews the credential: to wait a moment."""
        if origin(request.url) != origin(self.base) or request.url.path == LOGOUT:
            yield request
            return
        used = self.carry(request)
        if used:
            response = yield request
            if not refused(response):
                return
        while not self.lock.acquire(blocking=False):
            yield None
        try:
            if self.carry(request) == used:
                yield from self.renew(request)
                self.carry(request)
        finally:
            self.lock.release()
        yield request

    def renew(self, request: httpx.Request) -> Flow:
        """A new pair for the refresh token, which is good once; where that is over, sign in again.

        A password that was refused is not tried again: ten guesses lock the name.
        """
        if self.refresh_token:
            response = yield self.ask(request, TOKEN, grant_type="refresh_token", refresh_token=self.refresh_token)
            if response.status_code not in (400, 401):
                return self.keep(response)
        fields = {"grant_type": "password", "username": self.username, "password": self.password}
        response = self.refusal or (yield self.ask(request, TOKEN, **fields))
        if response.status_code in (400, 401):
            self.refusal = response
        self.keep(response)

    def ask(self, request: httpx.Request, path: str, **fields: str) -> httpx.Request:
        """A request of our own, with the timeouts and the User-Agent of the one that needs it."""
        headers = {"User-Agent": request.headers.get("User-Agent", "")}
        timeout = {"timeout": request.extensions.get("timeout", {})}
        return httpx.Request("POST", self.base.join(path), headers=headers, data=fields | self.client, extensions=timeout)

    def keep(self, response: httpx.Response) -> None:
        pair = response.raise_for_status().json()
        self.access_token, self.refresh_token = pair["access_token"], pair["refresh_token"]

    def carry(self, request: httpx.Request) -> str:
        """Put the credential into the request; which it is."""
        token = self.access_token
        request.headers["Authorization"] = f"Bearer {token}"
        return token

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The flow, for threads."""
        request.read()
        with closing(self.flow(request)) as flow, suppress(StopIteration):
            step = next(flow)
            while True:
                if step is None:
                    time.sleep(MOMENT)
                    step = next(flow)
                else:
                    response = yield step
                    response.read()
                    step = flow.send(response)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The flow, for tasks: a lock that a thread holds must not stop the event loop."""
        await request.aread()
        with closing(self.flow(request)) as flow, suppress(StopIteration):
            step = next(flow)
            while True:
                if step is None:
                    await asyncio.sleep(MOMENT)
                    step = next(flow)
                else:
                    response = yield step
                    await response.aread()
                    step = flow.send(response)


def refused(response: httpx.Response) -> bool:
    """Whether the server does not know the credential (any more); who is known and may not is told 403."""
    return response.status_code == 401


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port (RFC 6454): a credential is for one of them alone."""
    return url.scheme, url.host, url.port
