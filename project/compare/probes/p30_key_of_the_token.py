"""A JWT brings its own key along, or says where to fetch it.

A good site does not listen: its keys are its own, and it fetches nothing because a stranger says so.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import jwt as library
from cryptography.hazmat.primitives.asymmetric import rsa

from project.compare.attack import Attack, Trial
from project.compare.jose import encode, forge, jwt_of
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P30",
    title="A key that the token brings",
    steps="`kid` as a path, as SQL, empty, a number, with an empty key or a zero byte; `jwk` with a key of the thief's own; "
    "`jku` and `x5u` that lead to a server of his.",
    why="A header is read before anything is proven; a key taken from it proves nothing, and fetching it is a door inside.",
    source="RFC 8725 §3.10, ASVS 9.1.3",
)
OWN = b"a key of the thief's own, of good length"
KIDS = {
    "a path": ("../../../../../../dev/null", b""),
    "SQL": ("' UNION SELECT 'key' -- ", b"key"),
    "nothing": ("", b""),
    "a number": (0, b"\0"),
}


def probe(site: Subject, trial: Trial) -> None:
    jwt = jwt_of(site.newcomer(), trial)
    for what, (kid, key) in KIDS.items():
        trial.refused(f"kid {what}", jwt.replaced(forge(jwt.header | {"alg": "HS256", "kid": kid}, jwt.claims, key)))
    shared = {"kty": "oct", "k": encode(OWN)}
    trial.refused("jwk, a shared key", jwt.replaced(forge(jwt.header | {"alg": "HS256", "jwk": shared}, jwt.claims, OWN)))
    private = rsa.generate_private_key(65537, 2048)
    public = library.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)

    def signed(**header: object) -> str:
        return library.encode(jwt.claims, private, "RS256", headers={"kid": "own", **header})

    trial.refused("jwk, a public key", jwt.replaced(signed(jwk=public)))
    with canary({"keys": [public | {"kid": "own"}]}) as (address, asked):
        for name in ("jku", "x5u"):
            trial.refused(f"{name}, a server of one's own", jwt.replaced(signed(**{name: f"{address}/{name}"})))
        trial.note("that server", withstood=not asked, seen="was asked" if asked else "was not asked")


@contextmanager
def canary(keys: object) -> Iterator[tuple[str, list[str]]]:
    """A server that offers keys: its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(keys).encode())

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
