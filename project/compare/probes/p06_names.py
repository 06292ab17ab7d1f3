"""A stranger asks which names have an account, by signing in with wrong passwords.

A good site says the same to an unknown name, a wrong password and an account that is not active, and takes the same time.
"""

import re
from typing import Any

import requests

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P06",
    title="Which names exist",
    steps="Sign in with a wrong password as somebody, as nobody, by email, as somebody deactivated (with the right one too); "
    "compare status, headers and text. Three times each, in turn, compare the time of somebody and of nobody.",
    why="A list of names is half of every guess, and where people have accounts is nobody's business.",
    source="ASVS 6.3.8, WSTG-IDNT-04, CWE-208",
    times=True,
)
WRONG = "not-the-password"
ROUNDS = 3
VARIES = {"date", "expires", "content-length", "set-cookie"}


def probe(site: Subject, trial: Trial) -> None:
    person, gone = site.newcomer(), site.newcomer()
    name, password = person.variables["username"], person.variables["password"]
    site.deactivate(gone)
    somebody, nobody = [], []
    for number in range(ROUNDS):
        somebody.append(guess(site, name))
        nobody.append(guess(site, f"nobody_{number}"))
    usual = told(somebody[0], name)
    for what, guessed, answer in [
        ("an unknown name", "nobody_0", nobody[0]),
        ("the address of somebody", address := f"{name}@example.com", guess(site, address)),
        ("somebody deactivated", banned := gone.variables["username"], guess(site, banned)),
        ("somebody deactivated, right password", banned, guess(site, banned, password)),
    ]:
        same = told(answer, guessed) == usual
        trial.note(what, withstood=same, seen="the same answer" if same else f"another answer, {answer.status_code}")
    ratio = fastest(nobody) / fastest(somebody)
    alike = 1 / 3 < ratio < 3
    seen = "alike" if alike else f"an unknown one is {'slower' if ratio > 1 else 'faster'} three times and more"
    trial.note("the time of an unknown name", withstood=alike, seen=seen)


def fastest(answers: list[requests.Response]) -> float:
    """Seconds of the fastest: noise only adds."""
    return min(answer.elapsed.total_seconds() for answer in answers)


def guess(site: Subject, name: str, password: str = WRONG) -> requests.Response:
    return site.visitor().login(name, password)


def told(answer: requests.Response, name: str) -> Any:
    """What an answer says, without what differs from any answer to the next, and without the name if it echoes it."""
    text = re.sub(r'value="[^"]*"', "", answer.text.replace(name, ""))
    headers = {header.lower(): value for header, value in answer.headers.items() if header.lower() not in VARIES}
    return answer.status_code, text, headers, sorted(answer.cookies.keys())
