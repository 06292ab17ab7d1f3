"""An account is deleted, and somebody else registers its name, while the old credentials are still around.

A good site refuses the old credentials at once, with no error of its own, and never takes them for the new account's.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P22",
    title="A deleted account",
    steps="Sign in; an administrator deletes the account; read, ask whether the credential counts, refresh; register the name "
    "again; read and ask for the account with the old credential.",
    why="What is left of the old account must not open the new one.",
    source="ASVS 7.4.2, 10.3.3",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    name = person.variables["username"]
    site.delete(person)
    trial.refused(f"GET {READ}", person.ask("GET", READ))
    verified = person.do(person.scheme.verify)
    counts = verified.ok and verified.json().get("active", True)
    trial.note("asked whether it counts", withstood=not counts and verified.status_code < 500, seen=str(verified.status_code))
    if person.scheme.refresh:
        trial.refused("refreshed", person.do(person.scheme.refresh))
    site.register(username=name, email=f"{name}@example.com").raise_for_status()
    trial.refused(f"GET {READ}, the name taken again", person.ask("GET", READ))
    trial.refused("GET /accounts/me/, the name taken again", person.ask("GET", "/accounts/me/"))
    if person.scheme.refresh:
        trial.refused("refreshed, the name taken again", person.do(person.scheme.refresh))
