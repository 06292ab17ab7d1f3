"""A JWT is changed, and its signature left away, broken, or declared to be none.

A good site refuses every form of it: who wrote a token decides the signature alone, by the algorithm of the site.
"""

import json
from base64 import urlsafe_b64decode

from project.compare.attack import Attack, Trial
from project.compare.jose import encode, jwt_of, part
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P28",
    title="No signature, or a broken one",
    steps="Six spellings of `alg: none`, no signature, too few and too many parts, one bit flipped, another user's number; "
    "headers that are lists, nested deeply, or say a thing twice.",
    why="Whoever gets one of them accepted is whoever he likes.",
    source="RFC 8725 §3.1-3.3, ASVS 9.1.1-2, CVE-2015-2951",
)


def probe(site: Subject, trial: Trial) -> None:
    jwt = jwt_of(site.newcomer(), trial)
    header, claims, signature = jwt.parts
    flipped = bytearray(urlsafe_b64decode(signature + "=="))
    flipped[0] ^= 1
    another = part(
        {name: str(site.ids["admin"]) if "user" in name or name == "sub" else value for name, value in jwt.claims.items()}
    )
    algorithm = json.dumps(jwt.header["alg"])
    none_last, none_first = f'{{"alg":{algorithm},"alg":"none"}}', f'{{"alg":"none","alg":{algorithm}}}'
    forged = {
        f"alg {name!r}": f"{part(jwt.header | {'alg': name})}.{claims}." for name in ("none", "None", "NONE", "nOnE", "", None)
    }
    forged |= {
        "alg absent": f"{part({'typ': 'JWT'})}.{claims}.",
        "an empty signature": f"{header}.{claims}.",
        "two parts": f"{header}.{claims}",
        "four parts": f"{header}.{claims}.{signature}.{signature}",
        "five parts": f"{header}.{claims}.{signature}.{signature}.{signature}",
        "one bit of the signature flipped": f"{header}.{claims}.{encode(bytes(flipped))}",
        "another user's number": f"{header}.{another}.{signature}",
        "another user's number, alg 'none'": f"{part({'alg': 'none', 'typ': 'JWT'})}.{another}.",
        "a header that is a list": f"{part([jwt.header])}.{claims}.{signature}",
        "a header nested deeply": f"{encode(b'[' * 5000 + b']' * 5000)}.{claims}.{signature}",
        "alg twice, none last": f"{encode(none_last.encode())}.{claims}.",
        "alg twice, none first": f"{encode(none_first.encode())}.{claims}.",
    }
    for what, token in forged.items():
        trial.refused(what, jwt.replaced(token))
