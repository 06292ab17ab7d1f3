"""A thief who copied a credential once renews it, regularly, for ever.

A good site ends what grew from one sign-in at a time that no renewal moves.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P26",
    title="Endless refresh",
    steps="Renew at 0.8 and at 1.6 of the refresh lifetime; where the site says none, after 1, 10, 100 and 400 days.",
    why="Without an end that no renewal moves, one theft lasts until somebody notices.",
    source="ASVS 10.4.8",
)
DAY = 24 * 3600


def probe(site: Subject, trial: Trial) -> None:
    step = site.scheme.refresh
    if not step:
        trial.does_not_apply("It renews nothing.")
    lifetimes = site.visitor().send("GET", "/auth/").json()["lifetimes"]
    life = lifetimes.get(site.scheme.renewal)
    person = site.newcomer()
    *before, last = [0.8 * life, 1.6 * life] if life else [DAY, 10 * DAY, 100 * DAY, 400 * DAY]
    for moment in before:
        with site.ahead(moment):
            renewed = person.do(step)
        if life:
            trial.unharmed("a renewal in time", works=renewed.ok, seen=str(renewed.status_code))
    with site.ahead(last):
        when = "after 1.6 of the refresh lifetime" if life else "after 400 days"
        trial.refused(f"renewed {when}", person.do(step))
        trial.refused(f"GET {READ} {when}", person.ask("GET", READ))
