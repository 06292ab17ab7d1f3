"""What answers say to browsers and caches: cookies, foreign origins, frames, types, copies.

A good site marks its cookies, lets no other origin read, lets no page frame it, and forbids to keep what carries secrets. (The
mark Secure is for HTTPS, and this is loopback.)
"""

import re

import requests

from project.compare.attack import Attack, Trial
from project.compare.laboratory import PASSWORD, Subject
from schemes.story import READ

ATTACK = Attack(
    id="P45",
    title="Headers",
    steps="Sign in, read, open the pages; ask as a foreign origin, with and without preflight; look at the headers.",
    why="A browser protects people from other sites, and a cache from each other, only where it is told to.",
    source="ASVS 3.3.2, 3.3.4, 3.4.2-3.4.6, 14.3.2, RFC 6749 §5.1",
)
FOREIGN = {"Origin": "http://evil.test"}
PREFLIGHT = FOREIGN | {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}


def probe(site: Subject, trial: Trial) -> None:
    person = site.visitor()
    signed_in = person.login(f"student{next(site.students):02}", PASSWORD)
    read = person.ask("GET", READ, headers=FOREIGN)
    preflight = person.send("OPTIONS", READ, PREFLIGHT)
    api = {"the sign-in": signed_in, f"GET {READ}": read}
    pages = {f"GET {path}": person.send("GET", path) for path in ("/", "/accounts/login/", "/admin/login/")}
    for what, answer in (api | pages).items():
        for name, marks in cookies(answer).items():
            needed = {"samesite"} if "csrf" in name else {"samesite", "httponly"}
            trial.note(f"a cookie of {what}", withstood=needed <= marks, seen=f"marked {', '.join(sorted(marks)) or 'nothing'}")
    for what, answer in {"a foreign origin": read, "its preflight": preflight}.items():
        shared = "Access-Control-Allow-Origin" in answer.headers
        trial.note(what, withstood=not shared, seen="allowed" if shared else "not allowed")
    for what, answer in api.items():
        trial.note(f"{what}: no-store", *has(answer, "Cache-Control", "no-store"))
        trial.note(f"{what}: nosniff", *has(answer, "X-Content-Type-Options", "nosniff"))
    if "Cookie" in site.scheme.read:
        trial.note(f"GET {READ}: Vary", *has(read, "Vary", "cookie"))
    for what, answer in pages.items():
        trial.note(f"{what}: X-Frame-Options", *has(answer, "X-Frame-Options", "deny|sameorigin"))
        trial.note(f"{what}: Content-Security-Policy", *has(answer, "Content-Security-Policy", "frame-ancestors"))
        trial.note(f"{what}: nosniff", *has(answer, "X-Content-Type-Options", "nosniff"))
        trial.note(f"{what}: Referrer-Policy", *has(answer, "Referrer-Policy", "same-origin|no-referrer|strict"))
    told = {f"{name}: {value}" for answer in (*api.values(), *pages.values()) for name, value in answer.headers.items()}
    versions = sorted(line for line in told if re.match(r"(server|x-powered-by): .*\d", line, re.I))
    trial.note("a version in a header", withstood=not versions, seen=", ".join(versions) or "none")


def has(answer: requests.Response, header: str, words: str) -> tuple[bool, str]:
    """Whether a header says one of some words, and that in words."""
    found = bool(re.search(words, answer.headers.get(header, ""), re.I))
    return found, "there" if found else "missing"


def cookies(answer: requests.Response) -> dict[str, set[str]]:
    """Cookie -> the marks that it was set with, values left out."""
    lines = [line.split(";") for line in answer.raw.headers.getlist("Set-Cookie")]
    wanted = ("httponly", "samesite")
    return {
        parts[0].split("=")[0].strip(): {mark for part in parts[1:] if (mark := part.split("=")[0].strip().lower()) in wanted}
        for parts in lines
    }
