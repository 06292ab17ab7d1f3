"""Sessions, for httpx: copy this file into your project.

auth = Auth("https://polls.example.org", "alice", password)
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

CSRF, LOGIN, LOGOUT = "/auth/csrf/", "/auth/login/", "/auth/logout/"
OVER = ("Authentication credentials were not provided.", "Session ended or expired.", "CSRF Failed")
MOMENT = 0.01
"""Seconds between two looks whether the renewal of another request is over."""

Flow = Generator[httpx.Request | None, httpx.Response, None]


class Auth(httpx.Auth):
    """Signs in before the first request, renews the credential when it is refused, once, and repeats the request, once.

    For any number of threads and tasks, of `httpx.Client` and `httpx.AsyncClient`: one renews, the others wait for it. Requests
    to another origin go without the credential. A refused sign-in raises `httpx.HTTPStatusError`.
    """

    requires_request_body = requires_response_body = True

    def __init__(self, base: str, username: str, password: str) -> None:
        self.base = httpx.URL(base)
        self.username, self.password = username, password
        self.cookies: dict[str, str] = {}
        self.refusal: httpx.Response | None = None
        self.lock = threading.Lock()

    def logout(self) -> httpx.Request:
        """What ends the sign-in at the server: `client.send(auth.logout())`. Here it is forgotten at once."""
        request = httpx.Request("POST", self.base.join(LOGOUT))
        self.carry(request)
        self.cookies = {}
        return request

    def flow(self, request: httpx.Request) -> Flow:
        """The requests to send, each for its answer; None where another request renews the credential: to wait a moment."""
        if origin(request.url) != origin(self.base):
            if request.url.host == self.base.host:  # cookies know no ports (RFC 6265, 8.5): the client's jar added ours
                request.headers.pop("Cookie", None)
            yield request
            return
        if request.url.path == LOGOUT:
            yield request
            return
        used = self.carry(request)
        if used:
            response = yield request
            self.keep(response)
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
        self.keep((yield request))

    def renew(self, request: httpx.Request) -> Flow:
        """Nothing renews a session: sign in. A password that was refused is not tried again: ten guesses lock the name."""
        before = self.refusal or (yield self.ask(request, "GET", CSRF))
        login = self.ask(request, "POST", LOGIN, username=self.username, password=self.password)
        self.carry(login, dict(before.raise_for_status().cookies))
        response = yield login
        if response.status_code in (400, 401):
            self.refusal = response
        self.keep(response.raise_for_status())

    def ask(self, request: httpx.Request, method: str, path: str, **fields: str) -> httpx.Request:
        """A request of our own, with the timeouts and the User-Agent of the one that needs it."""
        headers = {"User-Agent": request.headers.get("User-Agent", "")}
        timeout = {"timeout": request.extensions.get("timeout", {})}
        return httpx.Request(method, self.base.join(path), headers=headers, data=fields, extensions=timeout)

    def keep(self, response: httpx.Response) -> None:
        """Cookies, of the sign-in and later ones: a new password gives a new session."""
        if origin(response.url) == origin(self.base):
            self.cookies = self.cookies | dict(response.cookies)

    def carry(self, request: httpx.Request, cookies: dict[str, str] | None = None) -> str:
        """Put the credential into the request; which it is."""
        cookies = self.cookies if cookies is None else cookies
        request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if request.method not in ("GET", "HEAD", "OPTIONS"):  # over HTTPS Django also asks where a request comes from
            token = next((value for name, value in cookies.items() if name.endswith("csrftoken")), "")
            request.headers.update({"X-CSRFToken": token, "Referer": str(self.base)})
        return request.headers["Cookie"]

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
    """Whether the server does not know the credential (any more); who is known and may not is told 403 too, in other words."""
    return response.status_code == 403 and any(words in response.text for words in OVER)


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port (RFC 6454): a credential is for one of them alone."""
    return url.scheme, url.host, url.port
