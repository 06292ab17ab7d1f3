"""An administrator deactivates an account whose credentials are in somebody's hands.

A good site refuses them, and what renews them, from the next request on, and says so to whoever asks whether they count.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P21",
    title="A deactivated account",
    steps="Sign in; an administrator deactivates the account; read, vote, ask whether the credential counts, refresh, sign in.",
    why="Whoever is thrown out must be out, whatever they still hold.",
    source="ASVS 7.4.2, 8.3.2",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    site.deactivate(person)
    trial.refused(f"GET {READ}", person.ask("GET", READ))
    trial.refused(f"PUT {VOTE}", person.ask("PUT", VOTE, json={"choice": 1}))
    verified = person.do(person.scheme.verify)
    counts = verified.ok and verified.json().get("active", True)
    trial.note("asked whether it counts", withstood=not counts, seen="yes" if counts else "no")
    if person.scheme.refresh:
        trial.refused("refreshed", person.do(person.scheme.refresh))
    anew = site.lets_in(person.variables["username"], person.variables["password"])
    trial.unharmed("signed in anew", works=not anew, seen="taken")
