"""Why an answer is what it is: who decided, what it looked at, the challenge in words, and the next thing to try.

Nothing is patched: an answer of REST framework's remembers its view and its request, and its error has a code.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from project.exchange import Exchange, fields
from project.exchange import reason as phrase
from project.inspector.credentials import Carried, carried, cookie, end, is_refresh, lesson, place, wanted, word
from schemes.contract import Scheme
from schemes.story import card

ERRORS = {
    "invalid_token": "the token that came does not count: it is wrong, over, or ended (RFC 6750 section 3.1)",
    "insufficient_scope": "the token counts, and may not do this (RFC 6750 section 3.1)",
    "invalid_request": "the request can't be read as it came (RFC 6750 section 3.1)",
}
OAUTH2 = {
    "invalid_client": "The application did not prove who it is: look at client_id and client_secret.",
    "invalid_grant": "What was to be exchanged does not count: a wrong password, or a code or token that was used or is over.",
    "invalid_request": "Something is missing from the form, is there twice, or the body is no form.",
    "unsupported_grant_type": "Look at grant_type: `password` signs in, `refresh_token` renews.",
    "unauthorized_client": "This application may not use this grant.",
    "invalid_scope": "Ask for less: `read`, `write`, or both.",
}
"""RFC 6749, section 5.2: what to look at."""
PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Reason:
    """`kind` and `who` name the part that decided. `ends`: when `holds`, the credential that was sent or given, is over."""

    kind: str
    who: str
    why: str
    looked: str = ""
    challenge: str = ""
    next: str = ""
    holds: str = ""
    ends: datetime | None = None


def reason(request: HttpRequest, response: HttpResponse, exchange: Exchange) -> Reason:
    scheme = card()
    came = carried(exchange.headers, scheme)
    kind, who, why = _decided(request, response, exchange, came, scheme)
    refused = exchange.status in (401, 403)
    holds, ends = _end(request, response, exchange, came)
    return Reason(
        kind=kind,
        who=who,
        why=why,
        looked=_looked(response, came, scheme),
        challenge=_challenge(response, exchange, came, scheme) if refused else "",
        next=_next(exchange, came, scheme),
        holds=holds,
        ends=ends,
    )


def _challenge(response: HttpResponse, exchange: Exchange, came: Carried | None, scheme: Scheme) -> str:
    """What a refusal asks for, in words."""
    header = next((value for name, value in exchange.answer_headers if name.lower() == "www-authenticate"), "")
    if not header:
        asked_by = (getattr(response, "renderer_context", None) or {}).get("request")
        if exchange.status == 401:
            return "There is none."
        if "CSRF Failed" in exchange.answer_body:
            return "There is none: what is missing is no credential, but the proof that our own page asked."
        if getattr(asked_by, "_authenticator", None):
            return "There is none: who asks is known, and may not do this. That is what 403 says."
        return "There is none: a 401 needs one, and a cookie has no challenge to send along (RFC 9110). So this is a 403."
    asked, _, rest = header.partition(" ")
    told = dict(PARAMETER.findall(rest))
    words = [f"It asks for {asked}"]
    if "realm" in told:
        words.append(f"for the realm {told['realm']!r}")
    if "error" in told:
        words.append(ERRORS.get(told["error"], f"the error is {told['error']}"))
    elif came is None or lesson(came, scheme, settings.AUTH_PROFILE):
        words.append("it names no error, for no credential of this scheme came along")
    if "scope" in told:
        words.append(f"needed is the scope {told['scope']!r}")
    return "; ".join(words) + "."


Decided = tuple[str, str, str]


def _decided(request: HttpRequest, response: HttpResponse, exchange: Exchange, came: Carried | None, scheme: Scheme) -> Decided:
    """The kind of the part that decided, its name, and why."""
    context = getattr(response, "renderer_context", None)
    if context and isinstance(context.get("request"), Request):
        return _by_framework(context["view"], context["request"], response, came, scheme)
    return _by_django(request, exchange)


def _by_framework(view: Any, request: Request, response: Any, came: Carried | None, scheme: Scheme) -> Decided:
    status, data = response.status_code, response.data
    detail = data.get("detail", "") if isinstance(data, dict) else ""
    code, text = getattr(detail, "code", ""), str(detail)
    authenticators = " and ".join(_name(type(one)) for one in request.authenticators or [])
    views = f"the view {_name(type(view))}"
    if isinstance(data, dict) and "error" in data:
        return "view", views, _sentence(OAUTH2.get(data["error"], data.get("error_description", data["error"])))
    if text.startswith("CSRF Failed"):
        return "CSRF check", authenticators or views, _csrf(text)
    if 'error="insufficient_scope"' in response.get("WWW-Authenticate", ""):
        return "authentication class", authenticators, "The token counts, and its scope does not allow this."
    if code == "not_authenticated":
        return "permission class", _permissions(view, request), _nobody(came, scheme)
    if status in (401, 403) and code in ("authentication_failed", "token_not_valid", "user_not_found", "user_inactive"):
        if authenticators:
            why = f"It knows this kind of credential, and refused this one: {_sentence(text)}"
            return "authentication class", authenticators, why
        return "view", views, _sentence(text)
    if status == 403:
        why = f"{_who(request)} is known, and may not do this: {_sentence(text)}"
        return "permission class", _permissions(view, request), why
    if code == "throttled" or status == 429:
        return "throttle", "project.accounts.credentials.Gate", f"The limit on guesses: {_sentence(text)}"
    if status == 405:
        return "view", views, f"It has no {request.method}; it has {response.get('Allow', 'other methods')}."
    if status == 415:
        return "parser", _names(view.parser_classes), f"None reads what the Content-Type says. {_sentence(text)}"
    if code == "parse_error":
        return "parser", _names(view.parser_classes), _sentence(text)
    if status == 404:
        return "view", views, "There is no such row, or not for who asks."
    if status == 400 and isinstance(data, dict) and not text:
        return "serializer", views, f"What was sent does not fit: {', '.join(map(str, data))}."
    if status >= 400:
        return "view", views, _sentence(text) or f"It answered {status}."
    return _accepted(view, request, authenticators, views)


def _accepted(view: Any, request: Request, authenticators: str, views: str) -> Decided:
    if not authenticators:
        return "view", views, "It takes no credential: what it needs is in the request itself."
    authenticator = getattr(request, "_authenticator", None)
    if authenticator is None:
        return "permission class", _permissions(view, request), "Nobody signed in, and nobody needs to here."
    return "authentication class", _name(type(authenticator)), f"The credential counts: it is {_who(request)}'s."


def _by_django(request: HttpRequest, exchange: Exchange) -> Decided:
    status, match = exchange.status, request.resolver_match
    answered = fields(exchange.answer_body, "json")
    detail = str(answered.get("detail", ""))
    view = getattr(match.func, "view_class", match.func) if match else None
    if "CSRF Failed" in detail:
        return "middleware", "django.middleware.csrf.CsrfViewMiddleware", _csrf(detail)
    if "error" in answered and view:
        what = OAUTH2.get(answered["error"], str(answered.get("error_description", answered["error"])))
        return "view", f"the view {_name(view)}", _sentence(what)
    if status == 404 and (not match or match.func.__name__ == "nothing_here"):
        return "URL configuration", "project.urls", f"The profile {settings.AUTH_PROFILE} has nothing at this path."
    if not match:
        return "middleware", "project.middleware.ApiRules", _sentence(detail) or f"It answered {status}."
    if status >= 500:
        return "view", f"the view {_name(view)}", "It failed: the site's log has the traceback."
    if 300 <= status < 400:
        where = next((value for name, value in exchange.answer_headers if name == "Location"), "")
        return "view", f"the view {_name(view)}", f"It is done, and leads to {where}."
    if status == 200 and exchange.method == "POST" and "<form" in exchange.answer_body:
        return "view", f"the view {_name(view)}", "The form did not fit, and is shown once more."
    return "view", f"the view {_name(view)}", _sentence(detail) or f"It answered {status} {phrase(status)}."


def _nobody(came: Carried | None, scheme: Scheme) -> str:
    if came is None:
        return f"Somebody must be signed in here, and no credential came in {place(scheme)}."
    told = lesson(came, scheme, settings.AUTH_PROFILE) or "What came is no credential of this scheme."
    return f"Somebody must be signed in here. {told}"


def _csrf(detail: str) -> str:
    return (
        f"{_sentence(detail)} A browser sends cookies whoever asks it to, so a request that changes something must also "
        "know the CSRF token."
    )


def _looked(response: HttpResponse, came: Carried | None, scheme: Scheme) -> str:
    context = getattr(response, "renderer_context", None)
    if context and isinstance(context.get("request"), Request) and not context["request"].authenticators:
        return "Nothing: here nobody needs a credential."
    where = place(scheme)
    if came and came.place == where:
        return f"{where[0].upper()}{where[1:]}: it was there."
    return f"{where[0].upper()}{where[1:]}: it was not there."


def _next(exchange: Exchange, came: Carried | None, scheme: Scheme) -> str:
    """One thing to try after a refusal; empty where nothing was refused."""
    status, body = exchange.status, exchange.answer_body
    sent = {name.lower() for name, _ in exchange.headers}
    profile = settings.AUTH_PROFILE
    get_one = f"Send `{wanted(scheme)}` with name:password in base64."
    if scheme.login:
        get_one = f"Sign in (step {profile}-2, {scheme.login.method} {scheme.login.path}), and send `{wanted(scheme)}`."
    if "CSRF" in body and status == 403:
        if "x-csrftoken" not in sent:
            return "Send the header X-CSRFToken with the value of the CSRF cookie, and the cookie beside it."
        return "Send the CSRF cookie and the header X-CSRFToken with one and the same value; a sign-in gives a new one."
    if "insufficient_scope" in str(exchange.answer_headers):
        return "Sign in with the scope that the challenge names."
    if status == 401 or (status == 403 and cookie(scheme) and ("credentials were not" in body or "Session ended" in body)):
        if came and is_refresh(came.secret) and came.word.lower() == word(scheme).lower():
            return "That is the refresh token: it renews, and opens nothing. Send the access token."
        if lesson(came, scheme, profile):
            return get_one
        if "expired" in body and scheme.refresh:
            return f"Renew it (step {profile}-5, {scheme.refresh.method} {scheme.refresh.path}), or sign in again."
        if came:
            return f"Look whether the whole credential was copied. If it was, it has ended: {get_one[0].lower()}{get_one[1:]}"
        return get_one
    if status == 429:
        wait = next((value for name, value in exchange.answer_headers if name == "Retry-After"), "some")
        return f"Wait {wait} seconds; the right password would not help now."
    return {
        403: "Sign in as somebody who may: `admin` is staff.",
        404: "Look at the path: `GET /auth/` names those of this profile.",
        405: "Use a method that the header Allow names.",
        415: "Say what the body is: `Content-Type: application/json`, or a form to the OAuth2 endpoints.",
        400: "Mend what the answer names, and send it again.",
        503: "Try again in a moment.",
    }.get(status, "")


def _end(request: HttpRequest, response: HttpResponse, exchange: Exchange, came: Carried | None) -> tuple[str, datetime | None]:
    """What is over when: what the answer gave, else what the request carried and what counted."""
    given = fields(exchange.answer_body, "json") if exchange.status < 300 else {}
    for name in ("access", "access_token", "token"):
        if name in given:
            return f"the {name.replace('_', ' ')} of this answer", _given_until(given, name)
    if came is None:
        return "", None
    context = getattr(response, "renderer_context", None)
    asked = context.get("request") if context else None
    until = _until(asked) if isinstance(asked, Request) else None
    return "the credential of this request", until or end(came.secret)


def _given_until(given: dict[str, Any], name: str) -> datetime | None:
    if isinstance(given.get("expires"), str):
        return parse_datetime(given["expires"])
    if isinstance(given.get("expires_in"), int):
        return timezone.now() + timedelta(seconds=given["expires_in"])
    return end(str(given[name]))


def _until(request: Request) -> datetime | None:
    """When what REST framework accepted is over."""
    if getattr(request, "_authenticator", None) is None:
        return None
    auth = getattr(request, "_auth", None)
    auth = getattr(auth, "access_token", auth)  # a family lives longer than its token
    for name in ("expires", "expire_date"):
        found = getattr(auth, name, None)
        if isinstance(found, datetime) and not hasattr(auth, "claims"):
            return found
    if auth is None and settings.SESSION_COOKIE_NAME in request.COOKIES and word(card()) == "":
        expiry: datetime = request._request.session.get_expiry_date()
        return expiry
    return None


def _permissions(view: Any, request: Request) -> str:
    """The class that says no; all of them where each says yes, or a row decided."""
    no = (type(one) for one in view.get_permissions() if not one.has_permission(request, view))
    first = next(no, None)
    return _name(first) if first else _names(view.permission_classes)


def _names(classes: Any) -> str:
    return " and ".join(_name(one) for one in classes)


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _who(request: Request) -> str:
    return str(getattr(getattr(request, "_user", None), "username", "") or "an application")


def _sentence(text: str | None) -> str:
    text = text or ""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
