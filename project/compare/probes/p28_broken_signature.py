"""A JWT is changed, and its signature left away, broken, or declared to be none.

A good site refuses every form of it: who wrote a token decides the signature alone, by the algorithm of the site.
"""

import json
from base64 import urlsafe_b64decode

from project.compare.attack import Attack, Trial
from project.compare.jose import Jwt, encode, jwts_of, part
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P28",
    title="No signature, or a broken one",
    steps="Six spellings of `alg: none`, no signature, too few and too many parts, one bit flipped, another user's number; "
    "headers that are lists, nested deeply, or say a thing twice. To read, and to refresh.",
    why="Whoever gets one of them accepted is whoever he likes.",
    source="RFC 8725 §3.1-3.3, ASVS 9.1.1-2, CVE-2015-2951",
)


def probe(site: Subject, trial: Trial) -> None:
    somebody_else = str(site.ids["admin"])
    for jwt in jwts_of(site.newcomer(), trial):
        for what, token in forged(jwt, somebody_else).items():
            trial.refused(f"{jwt.variable}: {what}", jwt.replaced(token))


def forged(jwt: Jwt, somebody_else: str) -> dict[str, str]:
    """What is wrong with it -> a token."""
    header, claims, signature = jwt.parts
    none, algorithm = part(jwt.header | {"alg": "none"}), json.dumps(jwt.header["alg"])
    none_last, none_first = f'{{"alg":{algorithm},"alg":"none"}}', f'{{"alg":"none","alg":{algorithm}}}'
    flipped = bytearray(urlsafe_b64decode(signature + "=="))
    flipped[0] ^= 1
    another = part({name: somebody_else if name in ("sub", "user_id") else value for name, value in jwt.claims.items()})
    spellings = ("none", "None", "NONE", "nOnE", "", None)
    return {f"alg {name!r}": f"{part(jwt.header | {'alg': name})}.{claims}." for name in spellings} | {
        "alg absent": f"{part({'typ': 'JWT'})}.{claims}.",
        "an empty signature": f"{header}.{claims}.",
        "two parts": f"{header}.{claims}",
        "four parts": f"{header}.{claims}.{signature}.{signature}",
        "five parts": f"{header}.{claims}.{signature}.{signature}.{signature}",
        "one bit of the signature flipped": f"{header}.{claims}.{encode(bytes(flipped))}",
        "another user's number": f"{header}.{another}.{signature}",
        "another user's number, alg 'none'": f"{none}.{another}.",
        "a header that is a list": f"{part([jwt.header])}.{claims}.{signature}",
        "a header nested deeply": f"{encode(b'[' * 5000 + b']' * 5000)}.{claims}.{signature}",
        "alg twice, none last": f"{encode(none_last.encode())}.{claims}.",
        "alg twice, none first": f"{encode(none_first.encode())}.{claims}.",
    }
