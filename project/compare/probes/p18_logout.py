"""A copy of the credential is used after its owner has logged out.

A good site refuses the copy, and what renews it, from the next request on; the owner's other device stays signed in.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P18",
    title="Logout, then replay",
    steps="Keep a copy, log out; then read, vote and refresh with the copy, and read with the other device.",
    why="Whoever logs out on a borrowed machine means that what is left on it is worthless.",
    source="ASVS 7.4.1, WSTG-SESS-06",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    other = site.device(person)
    copy = person.copy()
    if person.scheme.logout:
        person.do(person.scheme.logout)
    else:
        trial.note("POST /auth/logout/", withstood=False, seen="there is none, as shipped")
    trial.refused(f"GET {READ} with the copy", copy.ask("GET", READ))
    trial.refused(f"PUT {VOTE} with the copy", copy.ask("PUT", VOTE, json={"choice": 1}))
    if copy.scheme.refresh:
        trial.refused("the copy refreshed", copy.do(copy.scheme.refresh))
    kept = other.ask("GET", READ).status_code
    trial.unharmed("the other device afterwards", works=kept == 200, seen=str(kept))
