"""Run inside a fresh project: signs in, reads, and tries what its block is said to close. Prints it as JSON.

It imports nothing of this project: at home there is none of it.
"""

import base64
import hashlib
import io
import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

settings.ALLOWED_HOSTS = ["testserver"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
SECRETS = {"username": "alice", "password": "Sesame-Open-42"}
JSON = "application/json"


def read(client: Client, word: str = "") -> Any:
    return client.get("/whoami/", headers={"Authorization": word} if word else {})


def session() -> dict[str, Any]:
    browser = Client(enforce_csrf_checks=True)
    return by_form(browser) | {"opens": opened(read(browser))}


def by_form(browser: Client) -> dict[str, Any]:
    form = browser.get("/accounts/login/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]  # type: ignore[index]
    assert browser.post("/accounts/login/", SECRETS | {"csrfmiddlewaretoken": token}).status_code == 302
    return {}


def token() -> dict[str, Any]:
    given = Client().post("/login/", SECRETS, JSON).json()
    return {"opens": opened(read(Client(), f"Token {given['token']}"))}


def jwt() -> dict[str, Any]:
    import jwt as pyjwt

    client, key = Client(), settings.SIMPLE_JWT["SIGNING_KEY"]
    given = client.post("/login/", SECRETS, JSON).json()
    told = {"opens": opened(read(client, f"Bearer {given['access']}"))}
    again = client.post("/refresh/", {"refresh": given["refresh"]}, JSON).json()
    assert client.post("/refresh/", {"refresh": given["refresh"]}, JSON).status_code == 401
    assert client.post("/logout/", {"refresh": again["refresh"]}, JSON).status_code == 200
    assert client.post("/refresh/", {"refresh": again["refresh"]}, JSON).status_code == 401
    claims = pyjwt.decode(given["access"], options={"verify_signature": False})
    forged = [claims | {"aud": "elsewhere"}, claims | {"iss": "elsewhere"}, {k: v for k, v in claims.items() if k != "aud"}]
    answers = [read(client, f"Bearer {pyjwt.encode(body, key, 'HS256')}").status_code for body in [claims, *forged]]
    told["P31"] = answers == [200, 401, 401, 401]
    by_secret_key = pyjwt.encode(claims, settings.SECRET_KEY, "HS256")
    told["P33"] = read(client, f"Bearer {by_secret_key}").status_code == 401 and len(key) >= 32
    given = client.post("/login/", SECRETS, JSON).json()
    user = get_user_model().objects.get()
    user.set_password("Another-Sesame-43")
    user.save()
    renewed = client.post("/refresh/", given, JSON).json().get("access", "")  # it is given, and opens nothing
    told["time-password"] = [read(client, f"Bearer {word}").status_code for word in (given["access"], renewed)] == [401, 401]
    return told


def oauth2() -> dict[str, Any]:
    browser, app = Client(), Client()
    by_form(browser)
    verifier = "v" * 64
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": "app",
        "redirect_uri": "http://127.0.0.1/callback",
        "scope": "read",
        "state": "s",
    }
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}

    def allow(more: dict[str, str]) -> dict[str, list[str]]:
        """What the application hears once its person has allowed it."""
        answer = browser.post(
            "/oauth2/authorize/", {name: value for name, value in (asked | more).items() if value} | {"allow": "Yes"}
        )
        return parse_qs(urlsplit(answer.headers["Location"]).query)

    assert b"csrfmiddlewaretoken" in browser.get("/oauth2/authorize/", asked).content
    weak = [{"code_challenge": "", "code_challenge_method": ""}, {"code_challenge": verifier, "code_challenge_method": "plain"}]
    weak += [{"code_challenge": verifier, "code_challenge_method": ""}]
    told: dict[str, Any] = {"P37": not any("code" in allow(more) for more in weak)}
    code = allow({})["code"][0]
    form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": asked["redirect_uri"]}
    given = app.post("/oauth2/token/", form | {"code": code, "code_verifier": verifier}).json()
    told["opens"] = opened(read(app, f"Bearer {given['access_token']}"))
    assert app.post("/whoami/", headers={"Authorization": f"Bearer {given['access_token']}"}).status_code == 403, (
        "read is not write"
    )
    by_password = app.post("/oauth2/token/", SECRETS | {"grant_type": "password", "client_id": "app"})
    assert by_password.status_code == 400
    told["P49"] = told["server-dump"] = not kept({given["access_token"], given["refresh_token"]})
    renew = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": given["refresh_token"]}
    successor = app.post("/oauth2/token/", renew).json()
    replay = app.post("/oauth2/token/", renew).status_code
    told["P24"] = replay == 400 and read(app, f"Bearer {successor['access_token']}").status_code == 401
    doors = ["applications/", "applications/register/", "authorized_tokens/", "introspect/", "device/", ".well-known/jwks.json"]
    told["P42"] = all(browser.get(f"/oauth2/{door}").status_code == 404 for door in doors)
    return told


def kept(words: set[str]) -> set[str]:
    """Which of these the database holds as they are."""
    with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as database:
        dump = "\n".join(database.iterdump())
    return {word for word in words if word in dump}


def opened(answer: Any) -> list[Any]:
    return [answer.status_code, answer.json()]


def prepare(commands: list[list[str]]) -> str:
    """The commands of the page but the last, which serves; what `check --deploy` says."""
    assert commands.pop() == ["runserver"]
    for name, *words in commands:
        as_typed = ["--no-input", "--username", "alice", "--email", "alice@example.com"] if name == "createsuperuser" else []
        call_command(name, *words, *as_typed, stdout=io.StringIO())
    said = io.StringIO()
    call_command("check", "--deploy", "--fail-level", "ERROR", stdout=said, stderr=said)
    return said.getvalue()


ASK: dict[str, Callable[[], dict[str, Any]]] = {"session": session, "token": token, "jwt": jwt, "oauth2": oauth2}
CHECK = prepare(json.loads(sys.argv[2]))
print(json.dumps(ASK[sys.argv[1]]() | {"without": read(Client()).status_code, "check": CHECK}))
