"""A token that is signed as it should be, but by another issuer or for another site that has the same key.

A good site refuses it: it says in its tokens who made them and for whom, and insists on both.
"""

from typing import Any

import requests

from project.compare.attack import Attack, Trial
from project.compare.jose import forge, jwt_of
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P31",
    title="A token for another site, signed with our key",
    steps="Signed with the right key, one claim changed at a time: `aud` and `iss` another's, missing, in a list, cut short.",
    why="Where keys are shared, or one service hands tokens on to the next, a token for a toy opens the vault.",
    source="RFC 8725 §3.8-3.9, ASVS 9.2.3, 10.3.1",
)
ANOTHER = "https://elsewhere.example"


def probe(site: Subject, trial: Trial) -> None:
    jwt = jwt_of(site.newcomer(), trial)
    key = site.environment[jwt.key(site)].encode()

    def sent(claims: dict[str, Any]) -> requests.Response:
        return jwt.replaced(forge(jwt.header, claims, key))

    for name in ("aud", "iss"):
        trial.refused(f"{name} another's", sent(jwt.claims | {name: ANOTHER}))
        trial.refused(f"{name} a list of others", sent(jwt.claims | {name: [ANOTHER, f"{ANOTHER}/2"]}))
        ours = jwt.claims.get(name)
        if isinstance(ours, str):
            trial.refused(f"{name} missing", sent({claim: value for claim, value in jwt.claims.items() if claim != name}))
            trial.refused(f"{name} ours cut short", sent(jwt.claims | {name: ours[:-1]}))
            trial.refused(f"{name} ours and more", sent(jwt.claims | {name: f"{ours}.elsewhere.example"}))
        else:
            trial.because = "Its tokens do not say who made them or for whom."
    good = sent(jwt.claims).status_code
    trial.unharmed("the claims as they were", works=good == 200, seen=str(good))
