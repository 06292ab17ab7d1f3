"""A JWT says itself with which algorithm it wants to be checked.

A good site takes its own one alone, even where the key is the right one.
"""

from base64 import b64encode

import jwt as library
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from project.compare.attack import Attack, Trial
from project.compare.jose import HASHES, forge, jwt_of
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P29",
    title="Another algorithm",
    steps="The same claims by the other HMACs with the right key, by an empty key, by the key's Base64, and by RS256, PS256 "
    "and ES256 with keys of the thief's own.",
    why="Where the token picks the algorithm, it picks the one that can be forged.",
    source="RFC 8725 §2.1, §3.1, ASVS 9.1.2",
)


def probe(site: Subject, trial: Trial) -> None:
    jwt = jwt_of(site.newcomer(), trial)
    key = site.environment[jwt.key(site)].encode()
    for algorithm in sorted(HASHES.keys() - {jwt.header["alg"]}):
        trial.refused(f"{algorithm} with the right key", jwt.replaced(forge(jwt.header | {"alg": algorithm}, jwt.claims, key)))
    trial.refused("an empty key", jwt.replaced(forge(jwt.header, jwt.claims, b"")))
    trial.refused("the Base64 of the key", jwt.replaced(forge(jwt.header, jwt.claims, b64encode(key))))
    rsa_key, ec_key = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    for algorithm, own in (("RS256", rsa_key), ("PS256", rsa_key), ("ES256", ec_key)):
        trial.refused(f"{algorithm} with a key of one's own", jwt.replaced(library.encode(jwt.claims, own, algorithm)))
    good = jwt.replaced(forge(jwt.header, jwt.claims, key)).status_code
    trial.unharmed("the right algorithm and key", works=good == 200, seen=str(good))
