"""The limit on guesses is turned against the person whose name it locks, or asked which password is the right one.

A good site answers the right password as it answers a wrong one while the name is locked, leaves other people and the
person's own credential alone, and opens again by itself.
"""

import re
from typing import Any

import requests

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P10",
    title="The lock as a weapon",
    steps="Lock somebody's name with wrong passwords; send the right one; use the credential that lives; sign in as somebody "
    "else from the same address; sign in when the pause is over.",
    why="A lock that tells the right password, or that keeps people out for ever, serves the attacker.",
    source="ASVS 6.1.1, Keycloak",
)
GUESSES = 11
WRONG = "not-the-password"


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    name, password = person.variables["username"], person.variables["password"]
    for _ in range(GUESSES):
        locked = site.visitor().login(name, WRONG)
        if locked.status_code == 429:
            break
    else:
        trial.does_not_apply(f"No name is locked: {GUESSES} wrong passwords were looked at.")
    right = site.visitor().login(name, password)
    same = told(right) == told(locked)
    trial.note("the right password", withstood=same, seen="the answer of a wrong one" if same else str(right.status_code))
    status = person.ask("GET", READ).status_code
    trial.note("the credential that lives", withstood=status == 200, seen=str(status))
    free = site.lets_in(f"student{next(site.students):02}", password)
    trial.note("somebody else from the same address", withstood=free, seen="free" if free else "locked too")
    with site.ahead(int(locked.headers.get("Retry-After", 300)) + 1):
        over = site.lets_in(name, password)
        trial.note("the right password after the pause", withstood=over, seen="taken" if over else "still locked")


def told(answer: requests.Response) -> Any:
    """What an answer says, but for the seconds that are left."""
    return answer.status_code, re.sub(r"\d+", "", answer.text), "Retry-After" in answer.headers
