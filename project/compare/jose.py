"""JSON Web Tokens by hand (RFC 7515, section 7.1): what a thief makes of them, whom no library keeps from it."""

import base64
import hmac
import json
from dataclasses import dataclass
from typing import Any

import requests

from project.compare.attack import Trial
from project.compare.client import Client
from project.compare.laboratory import Subject
from schemes.story import READ

HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
KEYS = ("JWT_SIGNING_KEY", "SECRET_KEY")
"""Where a site is told a key: one of them signs its tokens."""


@dataclass(frozen=True)
class Jwt:
    """What somebody was given, where it is one; `variable` is what the card calls it."""

    person: Client
    variable: str
    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def parts(self) -> list[str]:
        return self.person.variables[self.variable].split(".")

    def key(self, site: Subject) -> str:
        """The name of the key that made it. Raises LookupError where none of the site's did."""
        for name in KEYS:
            if self.signed_by(site.environment.get(name, "")):
                return name
        raise LookupError("no key of the site's made its token")

    def signed_by(self, key: str) -> bool:
        content, _, signature = ".".join(self.parts).rpartition(".")
        return hmac.compare_digest(signature, sign(content, key.encode(), self.header["alg"]))

    def replaced(self, text: str) -> requests.Response:
        """What it is for, done with another token in its place: asking the API, or renewing."""
        thief = self.person.copy()
        thief.variables[self.variable] = text
        refresh = thief.scheme.refresh
        return thief.do(refresh) if refresh and self.variable == thief.scheme.renewal else thief.ask("GET", READ)


def jwts_of(person: Client, trial: Trial) -> list[Jwt]:
    """The JWT that somebody's requests carry, and the one that renews it; where there is none the attack does not apply."""
    held = [*sorted(person.scheme.credential), *filter(None, [person.scheme.renewal])]
    found = [Jwt(person, variable, *content) for variable in held if (content := read(person.variables[variable]))]
    return found or trial.does_not_apply("Its credential is no JWT: it says nothing, so there is nothing in it to forge.")


def jwt_of(person: Client, trial: Trial) -> Jwt:
    """The JWT that somebody's requests carry."""
    return jwts_of(person, trial)[0]


def read(text: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Header and claims, unverified; None for a text that is no JWT."""
    try:
        header, claims, _ = text.split(".")
        first, second = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims))
    except (ValueError, RecursionError):
        return None
    return (first, second) if isinstance(first, dict) and isinstance(second, dict) and "alg" in first else None


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: Any) -> str:
    """A header or claims, as a token has them."""
    return encode(json.dumps(value).encode())


def sign(content: str, key: bytes, algorithm: str) -> str:
    return encode(hmac.digest(key, content.encode(), HASHES[algorithm]))


def forge(header: dict[str, Any], claims: dict[str, Any], key: bytes, algorithm: str = "") -> str:
    """A whole token, signed with a shared key as its header says."""
    content = f"{part(header)}.{part(claims)}"
    return f"{content}.{sign(content, key, algorithm or header['alg'])}"
