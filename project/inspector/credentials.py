"""What a request carries, in the words of a card: for the reasons, for breaking it, and for explaining a line."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from json import loads
from typing import Any

from django.http import parse_cookie

from schemes.contract import Scheme

JWT = re.compile(r"^[\w-]+\.[\w-]+\.[\w-]*$", re.ASCII)
WORDS = {"token": "Token", "bearer": "Bearer", "basic": "Basic", "jwt": "JWT"}


@dataclass(frozen=True)
class Carried:
    """A credential as it came: in a header, with a word before it (empty for none), or in a cookie."""

    place: str
    word: str
    secret: str


def carried(headers: Iterable[tuple[str, str]], scheme: Scheme) -> Carried | None:
    """What the active scheme looks at; else a credential that stands where another scheme would look; else None."""
    sent = {name.lower(): value for name, value in headers}
    found = []
    if "authorization" in sent:
        word, _, secret = sent["authorization"].strip().partition(" ")
        found.append(Carried("the header Authorization", *((word, secret.strip()) if secret else ("", word))))
    own = cookie(scheme)
    pairs = parse_cookie(sent.get("cookie", ""))
    names = [own] if own else [name for name in pairs if name.endswith("sessionid")]
    found += [Carried(f"the cookie {name}", "", pairs[name]) for name in names if name in pairs]
    if own:
        found.reverse()
    return found[0] if found else None


def cookie(scheme: Scheme) -> str:
    """The name of the cookie that is the credential; empty where it is a header."""
    return scheme.read.get("Cookie", "").partition("=")[0]


def word(scheme: Scheme) -> str:
    """What stands before the credential in the header; empty where it is a cookie."""
    return scheme.read.get("Authorization", "").partition(" ")[0]


def wanted(scheme: Scheme) -> str:
    """What a request must carry, in a few characters."""
    return f"Authorization: {word(scheme)} …" if word(scheme) else f"Cookie: {cookie(scheme)}=…"


def place(scheme: Scheme) -> str:
    return "the header Authorization" if word(scheme) else f"the cookie {cookie(scheme)}"


def claims(secret: str) -> dict[str, Any]:
    """What a JWT says, whoever signed it; empty where it is none."""
    if not JWT.match(secret):
        return {}
    part = secret.split(".")[1]
    try:
        found = loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def end(secret: str) -> datetime | None:
    """When a JWT says that it ends."""
    try:
        return datetime.fromtimestamp(int(claims(secret)["exp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def is_refresh(secret: str) -> bool:
    return claims(secret).get("token_type") == "refresh"


def lesson(carried: Carried | None, scheme: Scheme, profile: str) -> str:
    """What is wrong with the kind of credential that came, before anybody looked whether it counts; empty for nothing."""
    if carried is None:
        return ""
    wants = f"this site runs {profile} and wants `{wanted(scheme)}`."
    if carried.place != place(scheme):
        shown = f"{carried.word} …".strip() if "header" in carried.place else f"{carried.place.rpartition(' ')[2]}=…"
        return f"You sent `{shown}` in {carried.place}; {wants}"
    own = word(scheme)
    if own and not carried.word:
        return f"You sent the credential with no word before it; {wants}"
    if own and carried.word.lower() != own.lower():
        return f"You sent `{carried.word} …`; {wants}"
    return ""
