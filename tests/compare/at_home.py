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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

settings.ALLOWED_HOSTS = ["testserver"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
SECRETS = {"username": "alice", "password": "Sesame-Open-42"}
JSON = "application/json"
HOUR, DAY = 3600, 24 * 3600


def read(client: Client, word: str = "") -> Any:
    return client.get("/whoami/", headers={"Authorization": word} if word else {})


@contextmanager
def ahead(seconds: float) -> Iterator[None]:
    moment = timezone.now() + timedelta(seconds=seconds)
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield


def in_part(*, refused: bool, left: bool) -> dict[str, bool]:
    """Both halves of a row that is closed in part."""
    return {"refused": refused, "left": left}


def at_once(owner: type, method: str, ask: Callable[[], Any]) -> list[Any]:
    """Two answers to the same request: the second is asked when the first has looked, and has not written yet."""
    write, answers = getattr(owner, method), []

    def between(*words: Any, **named: Any) -> Any:
        setattr(owner, method, write)
        answers.append(ask())
        return write(*words, **named)

    with mock.patch.object(owner, method, between):
        answers.append(ask())
    return answers


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
    from rest_framework_simplejwt.tokens import RefreshToken

    client, key = Client(raise_request_exception=False), settings.SIMPLE_JWT["SIGNING_KEY"]

    def sign_in() -> dict[str, str]:
        return client.post("/login/", SECRETS, JSON).json()

    def refresh(given: dict[str, str]) -> Any:
        return client.post("/refresh/", {"refresh": given["refresh"]}, JSON)

    def opens(given: dict[str, str]) -> bool:
        return read(client, f"Bearer {given['access']}").status_code == 200

    def claims(word: str) -> dict[str, Any]:
        return pyjwt.decode(word, options={"verify_signature": False})

    given = sign_in()
    told = {"opens": opened(read(client, f"Bearer {given['access']}"))}
    body = claims(given["access"])
    forged = [body | {"aud": "elsewhere"}, body | {"iss": "elsewhere"}, {k: v for k, v in body.items() if k != "aud"}]
    forged += [body | {"exp": body["iat"] - 1}]
    answers = [read(client, f"Bearer {pyjwt.encode(one, key, 'HS256')}").status_code for one in [body, *forged]]
    told["P31"] = answers == [200, 401, 401, 401, 401]
    by_secret_key = pyjwt.encode(body, settings.SECRET_KEY, "HS256")
    told["P33"] = read(client, f"Bearer {by_secret_key}").status_code == 401 and len(key) >= 32

    again = refresh(given).json()
    used = refresh(given).status_code == 401
    successor = refresh(again)
    told["P24"] = in_part(refused=used, left=opens(again) and successor.status_code == 200)
    twice = sign_in()
    both = [answer.json() for answer in at_once(RefreshToken, "blacklist", lambda: refresh(twice))]
    told["P25"] = in_part(refused=used, left=all(opens(one) and refresh(one).status_code == 200 for one in both))

    given = sign_in()
    assert client.post("/logout/", {"refresh": given["refresh"]}, JSON).status_code == 200
    minutes = body["exp"] - body["iat"] == 5 * 60
    told["time-logout"] = told["P18"] = in_part(refused=refresh(given).status_code == 401, left=opens(given) and minutes)

    given = sign_in()
    late = pyjwt.encode(claims(given["refresh"]) | {"exp": body["iat"] + 60}, key, "HS256")
    told["P26"] = claims(refresh({"refresh": late}).json()["refresh"])["exp"] >= body["iat"] + DAY

    given = sign_in()
    user = get_user_model().objects.get()
    user.set_password("Another-Sesame-43")
    user.save()
    renewed = refresh(given)
    told["time-password"] = not opens(given) and not opens(renewed.json())
    told["P20"] = in_part(refused=not opens(given), left=renewed.status_code == 200)  # by what opens nothing
    user.set_password(SECRETS["password"])
    user.save()

    given = sign_in()
    get_user_model().objects.update(is_active=False)
    nobody_says = client.post("/verify/", {"token": given["access"]}, JSON).status_code == 404
    told["P21"] = not opens(given) and refresh(given).status_code == 401 and nobody_says
    user.delete()
    told["P22"] = in_part(refused=not opens(given) and nobody_says, left=refresh(given).status_code == 500)
    return told


def oauth2() -> dict[str, Any]:
    from oauth2_provider.oauth2_validators import OAuth2Validator

    browser, app = Client(), Client(raise_request_exception=False)
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

    def change(code: str) -> Any:
        form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": asked["redirect_uri"]}
        return app.post("/oauth2/token/", form | {"code": code, "code_verifier": verifier})

    def sign_in() -> dict[str, str]:
        return change(allow({})["code"][0]).json()

    def refresh(given: dict[str, str]) -> Any:
        return app.post(
            "/oauth2/token/", {"grant_type": "refresh_token", "client_id": "app", "refresh_token": given["refresh_token"]}
        )

    def opens(given: dict[str, str]) -> bool:
        return read(app, f"Bearer {given['access_token']}").status_code == 200

    assert b"csrfmiddlewaretoken" in browser.get("/oauth2/authorize/", asked).content
    weak = [{"code_challenge": "", "code_challenge_method": ""}, {"code_challenge": verifier, "code_challenge_method": "plain"}]
    weak += [{"code_challenge": verifier, "code_challenge_method": ""}]
    told: dict[str, Any] = {"P37": not any("code" in allow(more) for more in weak)}
    given = sign_in()
    word = f"Bearer {given['access_token']}"
    told["opens"] = opened(read(app, word))
    told["P39"] = app.post("/whoami/", headers={"Authorization": word}).status_code == 403
    by_password = app.post("/oauth2/token/", SECRETS | {"grant_type": "password", "client_id": "app"})
    assert by_password.status_code == 400
    told["P49"] = told["server-dump"] = not kept({given["access_token"], given["refresh_token"]})
    in_url = app.get("/whoami/", {"access_token": given["access_token"]}).status_code
    in_form = [
        app.post("/whoami/", f"access_token={one}", "application/x-www-form-urlencoded").status_code
        for one in ("wrong", given["access_token"])
    ]
    told["P04"] = in_part(refused=in_url == 401, left=in_form == [401, 403])  # it counts, and may not write
    doors = ["applications/", "applications/register/", "authorized_tokens/", "introspect/", "device/", ".well-known/jwks.json"]
    told["P42"] = all(browser.get(f"/oauth2/{door}").status_code == 404 for door in doors)
    nobody_says = {getattr(app, verb)("/oauth2/introspect/", {"token": "t"}).status_code for verb in ("get", "post")} == {404}
    strangers = app.post("/oauth2/revoke_token/", {"client_id": "other", "token": given["access_token"]}).status_code
    told["P40"] = nobody_says and strangers == 401 and opens(given)

    with ahead(5 * 60 - 5):
        lives = opens(given)
    with ahead(5 * 60 + 5):
        told["time-lifetime"] = lives and not opens(given)
    with ahead(DAY + 5 * 60 + 5):
        ends = not opens(given) and refresh(given).status_code == 400
    told["time-expiry"] = ends

    successor = refresh(given).json()
    lives = opens(successor)
    told["P24"] = lives and refresh(given).status_code == 400 and not opens(successor)

    twice = sign_in()
    second, first = at_once(OAuth2Validator, "save_bearer_token", lambda: refresh(twice))
    told["P25"] = in_part(refused=opens(second.json()), left=first.status_code == 500)

    given = sign_in()
    with ahead(400 * DAY):
        idle = refresh(given).status_code == 400
    for hours in (23, 46, 69):
        with ahead(hours * HOUR):
            given = refresh(given).json()
            endless = opens(given)
    told["P26"] = told["time-absolute"] = in_part(refused=idle, left=endless)

    given = sign_in()
    user = get_user_model().objects.get()
    user.set_password("Another-Sesame-43")
    user.save()
    told["time-password"] = in_part(refused=ends, left=opens(given) and opens(given := refresh(given).json()))
    get_user_model().objects.update(is_active=False)
    lives = opens(given) and opens(refresh(given).json())
    told["time-deactivated"] = in_part(refused=ends, left=lives)
    told["P21"] = in_part(refused=nobody_says, left=lives)
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
