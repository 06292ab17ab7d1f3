"""A recorded request, sent once more: as it was, or with one thing wrong. The answer is always the API's own."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable

from django.http import HttpRequest
from django.utils import timezone

from project.inspector.credentials import Carried, carried, claims, cookie, place
from project.inspector.recorder import Record
from project.inspector.sending import CannotSend, Draft, again, clock_moves, later, send
from schemes.story import card

OTHER = {"bearer": "Token", "token": "Bearer", "basic": "Bearer"}
"""The word of another scheme."""


def ways(record: Record) -> list[str]:
    """What can be done with a request: only what has a meaning for it."""
    own = _own(record)
    found = ["replay"]
    if own:
        found += ["without", "letter"]
    if any(name.lower() == "x-csrftoken" for name, _ in record.exchange.headers):
        found.append("csrf")
    if own and claims(own.secret):
        found.append("claim")
    if own and own.word.lower() in OTHER:
        found.append("word")
    if _can_expire(record) and clock_moves():
        found.append("expired")
    return found


def no_expiry(record: Record) -> str:
    """Why `expired` is not offered, where one would look for it."""
    if _can_expire(record) and not clock_moves():
        return "To send it expired the clock must move: it does on sites that `manage.py demo` started, not with runserver."
    return ""


def once_more(page: HttpRequest, record: Record, how: str) -> Record:
    """Raises CannotSend for what has no meaning here."""
    if how not in ways(record):
        raise CannotSend(f"{how[:30]!r} can't be done with this request. What can: {', '.join(ways(record))}.")
    request, own, ends = again(record), _own(record), record.reason.ends
    if how in BREAKS and own:
        return send(page, BREAKS[how](request, own), step="")
    if how == "expired" and ends:
        with later(ends):
            return send(page, request, step="")
    return send(page, request.without("X-CSRFToken"), step="") if how == "csrf" else send(page, request)


def _without(request: Draft, own: Carried) -> Draft:
    if own.place == "the header Authorization":
        return request.without("Authorization")
    left = [pair for pair in _pairs(request) if pair.partition("=")[0] != cookie(card())]
    return request.having("Cookie", "; ".join(left)) if left else request.without("Cookie")


def _letter(request: Draft, own: Carried) -> Draft:
    """The last letter but nine: the very last of a signature in base64 may have bits that count for nothing."""
    middle = max(len(own.secret) - 10, 0)
    letter = "A" if own.secret[middle] != "A" else "B"
    return _with_secret(request, own, own.secret[:middle] + letter + own.secret[middle + 1 :])


def _claim(request: Draft, own: Carried) -> Draft:
    """Somebody else's number, and the signature left as it was."""
    told = claims(own.secret)
    name = next((name for name in ("user_id", "sub") if name in told), "exp")
    number = int(told[name]) + 1 if str(told[name]).isdigit() else 1
    told[name] = str(number) if isinstance(told[name], str) else number
    head, _, signature = own.secret.split(".")
    part = urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")
    return _with_secret(request, own, f"{head}.{part}.{signature}")


def _word(request: Draft, own: Carried) -> Draft:
    return request.having("Authorization", f"{OTHER[own.word.lower()]} {own.secret}")


BREAKS: dict[str, Callable[[Draft, Carried], Draft]] = {
    "without": _without,
    "letter": _letter,
    "claim": _claim,
    "word": _word,
}


def _with_secret(request: Draft, own: Carried, secret: str) -> Draft:
    if own.place == "the header Authorization":
        return request.having("Authorization", f"{own.word} {secret}".strip())
    name = cookie(card())
    pairs = [f"{name}={secret}" if pair.partition("=")[0] == name else pair for pair in _pairs(request)]
    return request.having("Cookie", "; ".join(pairs))


def _pairs(request: Draft) -> list[str]:
    return [pair.strip() for pair in (request.value("Cookie") or "").split(";") if pair.strip()]


def _own(record: Record) -> Carried | None:
    """The credential of the active scheme, where the request carries one."""
    scheme = card()
    found = carried(record.exchange.headers, scheme)
    return found if found and found.place == place(scheme) and found.secret else None


def _can_expire(record: Record) -> bool:
    """Whether it carries a credential that counts now, and has an end."""
    ends = record.reason.ends
    return bool(_own(record) and record.exchange.status < 400 and ends and ends > timezone.now())
