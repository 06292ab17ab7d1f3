"""Credentials that are dead, invented or somebody else's are logged out.

A good site answers the dead as it answers the invented, with no error of its own, and ends nothing of anybody else.
"""

from string import Formatter

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P19",
    title="Logout of what is not there",
    steps="Log out twice; log out with an invented credential; log out with somebody else's refresh token.",
    why="An answer that tells dead from invented says which secrets were real; a logout of others is a way to shut them out.",
    source="RFC 7009 §2.2",
)


def probe(site: Subject, trial: Trial) -> None:
    logout = site.scheme.logout
    if logout is None:
        trial.does_not_apply("There is no logout, as shipped.")
    person, other = site.newcomer(), site.newcomer()
    kept = {name for step in (site.scheme.login, site.scheme.refresh) if step for name in step.keep}
    by_header = {name for value in logout.headers.values() for _, name, _, _ in Formatter().parse(value) if name}
    by_body = {name for value in logout.body.values() for _, name, _, _ in Formatter().parse(value) if name}
    if by_header and by_body & kept:  # the header says who asks, the body what is to end
        thief = person.copy()
        thief.variables |= {name: other.variables[name] for name in by_body & kept}
        thief.do(logout)
        works = other.opens()
        trial.note("somebody else's refresh token", withstood=works, seen="no effect" if works else "ended theirs")
        person = site.device(person)
    person.do(logout)
    dead = person.do(logout)
    invented = person.copy()
    invented.variables |= {name: person.variables[name][::-1] for name in kept - {"csrftoken"}}
    unknown = invented.do(logout)
    told = dead.status_code != unknown.status_code
    seen = f"{dead.status_code}, an invented one {unknown.status_code}" if told else "as an invented one"
    trial.note("the same once more", withstood=not told and dead.status_code < 500, seen=seen)
    status = other.ask("GET", READ).status_code
    trial.unharmed("somebody else's credential", works=status == 200, seen=str(status))
