"""Passwords are guessed, at the sign-in and then at every other place that asks for one.

A good site stops looking after a few wrong ones for a name (429), at all places, however the name is written and whatever
address the client claims; other names stay free.
"""

from dataclasses import replace

import requests

from project.compare.attack import Attack, Trial
from project.compare.control import csrf_token
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P08",
    title="Guessing a password",
    steps="Eleven wrong passwords for a name; then one more in capitals, one from a claimed address (X-Forwarded-For), one at "
    "the admin's sign-in, one as the old password of a change.",
    why="Passwords that people choose fall to guessing, unless somebody counts, and counts everywhere.",
    source="ASVS 6.1.1, 6.3.1, 6.3.4, API2:2023, WSTG-ATHN-03",
)
GUESSES = 11
WRONG = "not-the-password"


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    name = person.variables["username"]
    looked_at = 0
    while looked_at < GUESSES and guess(site, name).status_code != 429:
        looked_at += 1
    locked = looked_at < GUESSES
    seen = "429 after ten" if looked_at == 10 else f"{'429 after ' if locked else 'all looked at, '}{looked_at}"
    trial.note(f"{GUESSES} wrong passwords at the sign-in", withstood=looked_at <= 10, seen=seen)
    body = {"old_password": WRONG, "new_password": "another-good-phrase-9"}
    for what, answer in {
        "then the name in capitals": guess(site, name.upper()),
        "then from a claimed address": guess(site, name, {"X-Forwarded-For": "203.0.113.7"}),
        "then at the admin's sign-in": guess_at_the_admin(site, name),
        "then as the old password": person.ask("POST", "/accounts/password/", json=body),
    }.items():
        trial.note(what, withstood=answer.status_code == 429, seen="429" if answer.status_code == 429 else "looked at too")
    free = site.lets_in(f"student{next(site.students):02}", person.variables["password"])
    trial.unharmed("somebody else signs in", works=free, seen="locked too")


def guess(site: Subject, name: str, headers: dict[str, str] | None = None) -> requests.Response:
    """One wrong password at the sign-in, with more headers if need be."""
    guesser = site.visitor()
    step = "login" if site.scheme.login else "verify"
    said = getattr(site.scheme, step)
    guesser.scheme = replace(site.scheme, **{step: replace(said, headers={**said.headers, **(headers or {})})})
    return guesser.login(name, WRONG)


def guess_at_the_admin(site: Subject, name: str) -> requests.Response:
    with requests.Session() as browser:
        url = f"{site.address}/admin/login/"
        form = {"username": name, "password": WRONG, "csrfmiddlewaretoken": csrf_token(browser.get(url, timeout=30).text)}
        return browser.post(url, data=form, timeout=30, allow_redirects=False)
