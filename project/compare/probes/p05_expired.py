"""A credential is used after its lifetime.

A good site refuses it at once, by its own clock, and not a moment earlier.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import TEN_YEARS, Subject
from schemes.story import READ

ATTACK = Attack(
    id="P05",
    title="An expired credential",
    steps="Sign in; read five seconds before the end that the site announces, and two seconds after it.",
    why="A lifetime is what limits a theft that nobody noticed.",
    source="ASVS 7.3.1, 7.3.2, 9.2.1",
)


def probe(site: Subject, trial: Trial) -> None:
    if site.scheme.login is None:
        trial.does_not_apply("Nothing is issued that could expire: the password itself goes along.")
    announced = site.visitor().send("GET", "/auth/").json()["lifetimes"]
    lifetime = next(
        (announced[what] for what in announced if any(name.startswith(what) for name in site.scheme.credential)), None
    )
    person = site.newcomer()
    if lifetime is None:
        with site.ahead(TEN_YEARS):
            trial.refused("no end is announced; after ten years", person.ask("GET", READ))
        return
    with site.ahead(lifetime - 5):
        status = person.ask("GET", READ).status_code
        trial.unharmed("five seconds before the end", works=status == 200, seen=str(status))
    with site.ahead(lifetime + 2):
        trial.refused("two seconds after the end", person.ask("GET", READ))
