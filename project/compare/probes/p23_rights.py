"""Rights that were taken away are used, and sign-ins that their owner wants to end.

A good site knows at the next request that somebody is no longer staff, and lets people end all their sign-ins at once.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P23",
    title="Rights and sign-ins taken away",
    steps="An administrator makes somebody staff, who edits a question, and takes it back: edit again. Then end every sign-in "
    "of the person from one device, and read with another.",
    why="Rights that live on in a credential are rights that nobody can withdraw.",
    source="ASVS 7.4.5, 7.5.2, 8.3.2",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    other = site.device(person)
    trial.refused("an edit by nobody's leave", person.ask("PATCH", READ, json={}))
    site.grant_staff(person)
    status = person.ask("PATCH", READ, json={}).status_code
    trial.unharmed("an edit as staff", works=status == 200, seen=str(status))
    site.withdraw_staff(person)
    trial.refused("an edit when no longer staff", person.ask("PATCH", READ, json={}))
    if person.ask("POST", "/auth/logout/all/").status_code == 404:
        trial.note("every sign-in ended", withstood=False, seen="there is no way to")
        return
    trial.refused("every sign-in ended, then read with another device", other.ask("GET", READ))
