"""A token that is signed as it should be, outside of the time in which it counts.

A good site refuses it when it is over, before it begins, and when it does not say when it ends.
"""

import time

from project.compare.attack import Attack, Trial
from project.compare.jose import forge, jwt_of
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P32",
    title="Time claims",
    steps="Signed with the right key, one claim changed at a time: no `exp`, `exp` now, `nbf` and `iat` ten minutes ahead.",
    why="A token without an end is a password that nobody can change.",
    source="RFC 7519 §4.1.4-6, ASVS 9.2.1",
)


def probe(site: Subject, trial: Trial) -> None:
    jwt = jwt_of(site.newcomer(), trial)
    key = site.environment[jwt.key(site)].encode()
    now = int(time.time())
    endless = {name: value for name, value in jwt.claims.items() if name != "exp"}
    forged = {
        "no exp": endless,
        "exp now": endless | {"exp": now},
        "exp that is no number": endless | {"exp": "tomorrow"},
        "nbf in ten minutes": jwt.claims | {"nbf": now + 600, "exp": now + 900},
        "iat in ten minutes": jwt.claims | {"iat": now + 600, "exp": now + 900},
    }
    for what, claims in forged.items():
        trial.refused(what, jwt.replaced(forge(jwt.header, claims, key)))
    good = jwt.replaced(forge(jwt.header, jwt.claims | {"exp": now + 60}, key)).status_code
    trial.unharmed("exp in a minute", works=good == 200, seen=str(good))
