"""What every check asks: the line, the profile that it is for, and the line once more as it should be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from django.conf import settings

from project.inspector.credentials import Carried, carried
from project.inspector.curl import Line, written
from project.inspector.explain.paths import PUBLIC, meant, numbered, paths, verbs
from project.inspector.lookup import Known, known
from project.inspector.recorder import AGENT
from project.walkthrough.addresses import address as usual
from project.walkthrough.voices import curl as voice
from project.walkthrough.voices.shell import text as in_shell
from schemes import PROFILES
from schemes.contract import Scheme, Step
from schemes.story import card, sign_in

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = 5
"""Seconds that another site has to answer."""
VARIABLE = re.compile(r"\$\{?(\w+)\}?")


@dataclass(frozen=True)
class Finding:
    """A mistake, why it is one, and the lines to send instead, where there are any."""

    mistake: str
    why: str
    instead: str = ""


@dataclass(frozen=True)
class Case:
    """A line, and the profile that it is for. `path` is the one that it means, with its slash."""

    line: Line
    base: str
    profile: str
    scheme: Scheme
    path: str
    running: bool

    @property
    def verb(self) -> str:
        """Which verb of the scheme it is, of two at one path the one whose grant or method it names; empty for none."""
        here = {name: step for name, step in verbs(self.scheme).items() if step.path == self.path}
        grant = self.line.fields.get("grant_type", "")
        same = [name for name, step in here.items() if step.body.get("grant_type", grant) == grant] or list(here)
        return next((name for name in same if here[name].method == self.line.method), next(iter(same), ""))

    @property
    def step(self) -> Step | None:
        """That verb as the card has it."""
        return verbs(self.scheme).get(self.verb)

    @property
    def methods(self) -> tuple[str, ...]:
        found = tuple(step.method for step in verbs(self.scheme).values() if step.path == self.path)
        return found or paths(self.scheme, self.profile).get(numbered(self.path), ())

    @property
    def protected(self) -> bool:
        """Whether it needs a credential; the CSRF token is none."""
        if self.step:
            needed = " ".join(self.step.headers.values())
            return any(f"{{{name}}}" in needed for name in self.scheme.credential - {"csrftoken"})
        return self.path not in PUBLIC and numbered(self.path) in paths(self.scheme, self.profile)

    @property
    def unsafe(self) -> bool:
        return self.line.method not in ("GET", "HEAD", "OPTIONS")

    @property
    def url(self) -> str:
        return self.base + self.path

    @property
    def carried(self) -> Carried | None:
        return carried(self.line.sent, self.scheme)

    @property
    def known(self) -> Known | None:
        """What the database knows of what it carries, once that is plain."""
        return known(self.carried.secret) if self.carried and not VARIABLE.search(self.carried.secret) else None

    def without(self, *names: str) -> list[tuple[str, str]]:
        """The line's headers but these, named in lower case, and but what curl drops."""
        return [pair for pair in self.line.headers if pair[0].lower() not in names and " " not in pair[0]]

    def having(self, name: str, value: str) -> str:
        """The line with one header as it should be."""
        return self.again(headers=[*self.without(name.lower()), (name, value)])

    def again(self, *, method: str = "", headers: list[tuple[str, str]] | None = None, data: list[str] | None = None) -> str:
        """The line at the address that it means, with something changed."""
        return written(self.line, url=self.url, method=method, headers=headers, data=data)

    def sign_in(self) -> list[str]:
        """The lines that get a credential; none where there is none to get."""
        lines = [line for step in sign_in(self.scheme) for line in voice.request(step) + voice.keep(step)]
        return [*voice.setup(self.base), *lines] if lines else []

    def signed_in(self) -> str:
        """The lines that get a credential, and this one with it."""
        needed = self.scheme.write if self.unsafe else self.scheme.read
        headers = self.without("authorization", "cookie", "x-csrftoken")
        headers += [(name, in_shell(value)) for name, value in needed.items()]
        bare = Line(self.line.raw, self.line.program, data=self.line.data, request=self.line.method)
        return "\n".join([*self.sign_in(), written(bare, url=self.url, headers=headers)])


def form(fields: Mapping[str, str]) -> list[str]:
    """What stands behind each -d."""
    return [f"{name}={value}" for name, value in fields.items()]


def case_of(line: Line, base: str) -> Case:
    """For the profile that answers at the line's port; where none does, for this one."""
    parts = urlsplit(line.address)
    port, host = parts.port or (443 if parts.scheme == "https" else 80), parts.hostname or ""
    found = answering(host, port, base) if host in LOOPBACK else ""
    profile = found or settings.AUTH_PROFILE
    scheme = card(profile)
    own = base or settings.DEMO_SITES.get(settings.AUTH_PROFILE, usual(settings.AUTH_PROFILE))
    there = f"http://{host}:{port}" if found and host != "::1" else own
    return Case(line, there, profile, scheme, meant(line.path, scheme, profile), bool(found))


def answering(host: str, port: int, base: str) -> str:
    """The profile of the site at a port of this machine; empty where none of this project answers."""
    if base and port == urlsplit(base).port:
        return str(settings.AUTH_PROFILE)
    beside = {urlsplit(address).port: name for name, address in settings.DEMO_SITES.items()}
    if beside.get(port):
        return str(beside[port])
    address = f"http://{'[::1]' if host == '::1' else host}:{port}/auth/"
    try:
        answer = requests.get(address, headers={"User-Agent": AGENT}, timeout=PATIENCE, allow_redirects=False)
        found = str(answer.json()["profile"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return ""
    return found if found in PROFILES else ""
