"""A refresh token that was already used is used once more: one of the two who hold it is a thief.

A good site refuses it, and ends the whole family that grew from it, because it cannot know which of the two is the thief.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P24",
    title="A used refresh token",
    steps="Refresh; send the used refresh token once more; then read and refresh with what the first refresh gave.",
    why="A stolen refresh token is noticed when both use it; a site that does nothing then lets the thief renew for ever.",
    source="RFC 9700 §4.14.2, ASVS 10.4.5",
)


def probe(site: Subject, trial: Trial) -> None:
    step = site.scheme.refresh
    if not step:
        trial.does_not_apply("It renews nothing.")
    person = site.newcomer()
    thief = person.copy()
    person.do(step).raise_for_status()
    trial.refused("the used refresh token", thief.do(step))
    trial.refused(f"GET {READ} with what it had given", person.ask("GET", READ))
    trial.refused("its successor refreshed", person.do(step))
