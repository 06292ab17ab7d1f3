"""A stolen credential is used after its owner has changed the password.

A good site refuses it, and what renews it: a changed password is how people throw a thief out.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P20",
    title="Password changed, then replay",
    steps="Sign in on two devices, change the password on one; read and refresh with the other.",
    why="People who fear a theft change their password, and believe that this throws the thief out.",
    source="ASVS 7.4.3, API2:2023",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    thief = site.device(person)
    body = {"old_password": person.variables["password"], "new_password": "another-good-phrase-9"}
    person.ask("POST", "/accounts/password/", json=body).raise_for_status()
    trial.refused(f"GET {READ} with the other device", thief.ask("GET", READ))
    if thief.scheme.refresh:
        trial.refused("the other device refreshed", thief.do(thief.scheme.refresh))
