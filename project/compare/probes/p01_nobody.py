"""Somebody who has no credential at all asks for what is protected.

A good site answers 401 with a challenge that says how to sign in; where the credential is a cookie, 403.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import PASSWORD, Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P01",
    title="No credential",
    steps="Read, vote, withdraw a vote, ask for an account and change its password without a credential.",
    why="The least that a protected site does; one view that was forgotten is enough.",
    source="ASVS 8.2.1, RFC 6750 §3",
)
PASSWORDS = {"old_password": PASSWORD, "new_password": "another-good-phrase-9"}


def probe(site: Subject, trial: Trial) -> None:
    nobody = site.visitor()
    answers = {
        f"GET {READ}": nobody.send("GET", READ),
        f"PUT {VOTE}": nobody.send("PUT", VOTE, json={"choice": 1}),
        f"DELETE {VOTE}": nobody.send("DELETE", VOTE),
        "GET /accounts/me/": nobody.send("GET", "/accounts/me/"),
        "POST /accounts/password/": nobody.send("POST", "/accounts/password/", json=PASSWORDS),
    }
    for what, answer in answers.items():
        trial.note(what, withstood=answer.status_code in (401, 403), seen=str(answer.status_code))
        challenged = answer.status_code != 401 or "WWW-Authenticate" in answer.headers
        trial.unharmed(f"the challenge of {what}", works=challenged, seen="there is none")
