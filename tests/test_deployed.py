"""The site as it is deployed: DEBUG and LAB off, HTTPS on, behind one proxy."""

import os
import re
import shlex
import subprocess
import sys
import threading
import uuid
from contextlib import ExitStack

import pytest

from project.compare.client import Client
from project.compare.servers import ACCESS_LOG, ROOT, SERVER, SETTINGS, Site, free_ports, manage, running
from schemes import SCHEMES
from schemes.story import READ, card
from tests.heard import heard
from tests.needs import need

pytestmark = pytest.mark.xdist_group("deployed")  # one worker collects the static files, where all would write them

SECURE = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def environment(sites) -> dict[str, str]:
    environment = {
        "DEBUG": "0", "LAB": "0", "SECRET_KEY": "s" * 64, "JWT_SIGNING_KEY": "j" * 64, "ALLOWED_HOSTS": "127.0.0.1",
        "PROXIES": "1", "DATABASE_URL": sites.database.copy(),
    }  # fmt: skip
    manage(["collectstatic", "--no-input", "-v0"], environment)
    return environment


@pytest.fixture(scope="module")
def deployed(environment):
    """One site a profile, started when first asked for."""
    started: dict[str, Site] = {}
    with ExitStack() as stack:
        yield (lambda name: started.get(name) or started.setdefault(name, stack.enter_context(running(name, environment))))


class ProxiedClient(Client):
    """A client behind the proxy that ends TLS."""

    def send(self, method, path, headers=None, **options):
        return super().send(method, path, SECURE | {"Referer": f"https://{self.address[7:]}/"} | dict(headers or {}), **options)


@pytest.fixture(params=SCHEMES)
def visitor(request, deployed) -> ProxiedClient:
    return ProxiedClient(deployed(request.param).address, card(request.param))


@pytest.fixture
def newcomer(visitor) -> ProxiedClient:
    """Somebody with an account of their own, whose name is kept on them."""
    visitor.name = f"u{uuid.uuid4().hex[:12]}"
    body = {
        "username": visitor.name,
        "email": f"{visitor.name}@example.com",
        "password": PASSWORD,
        "password2": PASSWORD,
    }
    assert visitor.send("POST", "/accounts/register/", json=body).status_code == 201
    return visitor


def test_plain_http_is_refused_on_the_api_and_redirected_on_pages(visitor):
    plain = Client(visitor.address, visitor.scheme)
    for path in (READ, "/accounts/me/", "/auth/", "/auth"):
        answer = plain.send("GET", path)
        assert (answer.status_code, answer.json()) == (403, {"detail": "This API answers over HTTPS alone."})
    page = plain.send("GET", "/")
    assert (page.status_code, page.headers["Location"][:8]) == (301, "https://")
    assert plain.send("GET", "/healthz").status_code == 200


@pytest.mark.parametrize("visitor", ["token", "jwt", "oauth2"], indirect=True)
def test_published_passwords_and_the_published_client_open_nothing(visitor):
    assert visitor.login("alice", "alice-demo-pass").status_code in (400, 401)
    body = {
        "username": "mallory",
        "email": "m@example.com",
        "password": "mallory-demo-pass",
        "password2": "mallory-demo-pass",
    }
    assert visitor.send("POST", "/accounts/register/", json=body).status_code == 400


def test_a_cookie_is_secure_and_bound_to_the_host(deployed):
    site = deployed("session")
    answer = ProxiedClient(site.address, card("session")).send("GET", "/auth/csrf/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrftoken=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("visitor", ["session"], indirect=True)
def test_a_session_signs_in_with_the_prefixed_cookies(newcomer):
    assert "__Host-sessionid" in newcomer.send("GET", "/auth/").json()["read"]["Cookie"]
    token = newcomer.send("GET", "/auth/csrf/").json()["csrftoken"]
    headers = {"Cookie": f"__Host-csrftoken={token}", "X-CSRFToken": token}
    answer = newcomer.send("POST", "/auth/login/", headers, json={"username": newcomer.name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    session = answer.cookies["__Host-sessionid"]
    assert newcomer.send("GET", READ, {"Cookie": f"__Host-sessionid={session}"}).status_code == 200


@pytest.mark.parametrize("visitor", ["token", "jwt"], indirect=True)
def test_a_token_signs_in_and_reads(newcomer):
    assert newcomer.login(newcomer.name, PASSWORD).status_code == 200
    assert newcomer.ask("GET", READ).status_code == 200


def test_pages_carry_the_headers_that_browsers_keep_to(visitor):
    page = visitor.send("GET", "/")
    assert page.status_code == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    policy = page.headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "X-Auth-Profile" not in page.headers


def test_static_files_are_served_and_kept_by_browsers(visitor):
    page = visitor.send("GET", "/").text
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    answer = visitor.send("GET", stylesheet)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/nothing-here", "/polls/api/nothing", "/auth/nothing/"])
def test_an_error_shows_nothing_of_the_inside(visitor, path):
    answer = visitor.send("GET", path)
    assert answer.status_code == 404
    for word in ("Traceback", "django", "urls.py", "/usr", "SELECT"):
        assert word not in answer.text
    if path.startswith(("/polls/api", "/auth")):
        assert answer.json() == {"detail": "Not found."}


def test_the_api_speaks_json_alone(visitor):
    answer = visitor.send("GET", READ, {"Accept": "text/html"})
    assert answer.status_code in (401, 403, 406)
    assert answer.headers["Content-Type"] == "application/json"


def test_a_host_that_is_not_ours_is_refused(visitor):
    assert visitor.send("GET", "/auth/", {"Host": "evil.test"}).status_code == 400


@pytest.fixture(scope="module")
def served(environment) -> Site:
    """The site by the very line that `make serve` ends with, in the token profile."""
    need("make")
    told = ["make", "--no-print-directory", "-n", "serve", f"VENV={sys.prefix}"]
    alone = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}  # of `make test`
    plan = subprocess.run(told, cwd=ROOT, env=alone, capture_output=True, text=True, check=True).stdout.replace("\\\n", " ")
    line = plan.strip().splitlines()[-1]
    port = next(free_ports())
    process = subprocess.Popen(
        ["sh", "-c", f"{line} --port {port}"],
        cwd=ROOT, env=os.environ | SETTINGS | environment | {"AUTH_PROFILE": "token"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    site = Site("token", port, process, {"command": line})
    threading.Thread(target=site.hear, daemon=True).start()
    try:
        site.wait()
        yield site
    finally:
        site.stop()


def test_make_serve_has_what_the_site_needs_of_its_server(served):
    words = shlex.split(served.environment["command"])
    assert [word for word in words if word in SERVER] == SERVER
    assert [word for word in words if word in ACCESS_LOG] == ACCESS_LOG


def test_make_serve_serves_the_site_as_deployed_and_logs_no_secret(served):
    client = ProxiedClient(served.address, card("token"))
    body = {"username": "logged", "email": "l@example.com", "password": PASSWORD, "password2": PASSWORD}
    assert client.send("POST", "/accounts/register/", json=body).status_code == 201
    assert client.login("logged", PASSWORD).status_code == 200
    assert client.ask("GET", f"{READ}?code=secret-of-a-query").status_code == 200
    assert "Django" not in client.send("GET", "/nothing-here?code=secret-of-a-query").text
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', client.send("GET", "/").text)[1]
    assert client.send("GET", stylesheet).status_code == 200
    log = heard(served)
    for line in (f'"GET {READ}" 200', '"POST /auth/login/" 200', '"GET /nothing-here" 404', f'"GET {stylesheet}" 200'):
        assert line in log
    for secret in ("secret-of-a-query", "code=", PASSWORD, client.variables["token"]):
        assert secret not in log
