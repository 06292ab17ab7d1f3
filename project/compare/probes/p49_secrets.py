"""Somebody reads a backup of the database, or the log, and signs in with what stands there.

A good site keeps digests of what it hands out, and writes no secret to its log.
"""

import re
import time
from secrets import token_hex

from project.compare.attack import Attack, Trial
from project.compare.client import Client
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P49",
    title="Secrets at rest and in logs",
    steps="Sign in; try every new string of the database as the credential, in every place of the card; look for what was "
    "handed out, and for the password, in the database and in the log.",
    why="Backups and logs are read by more people than the database is.",
    source="ASVS 11.4.2, 13.3.1, 16.2.5, CWE-312, CWE-532",
)
STRING = re.compile(r"[A-Za-z0-9+/=_.:$-]{16,}")


def probe(site: Subject, trial: Trial) -> None:
    before = set(site.dump().splitlines())
    log = Log(site)
    person = site.newcomer()
    added = "\n".join(set(site.dump().splitlines()) - before)
    kept = set(person.scheme.login.keep if person.scheme.login else person.scheme.credential)
    secrets = {person.variables[name] for name in kept | {"password", "client_secret"}}
    trial.note("the database", *none_of(secrets, added))

    works = any(opens(person, text) for text in sorted(set(STRING.findall(added))))
    trial.note("what the database says, as the credential", not works, "opens the API" if works else "opens nothing")

    wrong = site.visitor()
    wrong.login(person.variables["username"], "wrong-but-a-secret-all-the-same")
    secrets.add("wrong-but-a-secret-all-the-same")
    for step in (person.scheme.refresh, person.scheme.logout):
        if step:
            person.do(step)
            secrets |= {person.variables[name] for name in kept}
    trial.note("the log", *none_of(secrets, log.since()))


class Log:
    """What a site says from now on. Two requests for pages that do not exist mark the beginning and the end in it."""

    def __init__(self, site: Subject) -> None:
        self.site = site
        self.begin = self.mark()

    def mark(self) -> str:
        """Wait for it: what a process writes arrives a moment later."""
        mark = f"/healthz/{token_hex(8)}"
        self.site.visitor().send("GET", mark)
        patience = time.monotonic() + 5
        while mark not in self.site.said:
            if time.monotonic() > patience:
                raise RuntimeError("The log does not arrive.")
            time.sleep(0.01)
        return mark

    def since(self) -> str:
        end = self.mark()
        return self.site.said.partition(self.begin)[2].partition(end)[0]


def none_of(secrets: set[str], text: str) -> tuple[bool, str]:
    found = any(secret in text for secret in secrets)
    return not found, "has a secret in clear" if found else "has none in clear"


def opens(person: Client, text: str) -> bool:
    """Whether a string does as the credential, or renews it."""
    thief = person.copy()
    thief.variables |= dict.fromkeys(thief.scheme.credential | {thief.scheme.renewal}, text)
    refresh = thief.scheme.refresh
    return thief.ask("GET", READ).status_code == 200 or bool(refresh and thief.do(refresh).ok)
