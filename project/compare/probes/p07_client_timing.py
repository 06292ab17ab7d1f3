"""Somebody asks for tokens as many applications, to learn from the time of the answer which of them exist.

A good site takes as long to refuse an unknown application as a known one with a wrong secret, and says the same.
"""

from time import perf_counter

import requests

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P07",
    title="Which applications exist, by time",
    steps="Ask for tokens seven times in turn as an unknown application and as a known one with a wrong secret; compare "
    "the fastest answers.",
    why="Whoever knows the names of applications needs to guess only secrets; and a slow refusal is cheap to cause.",
    source="CWE-208, ASVS 15.2.2",
    times=True,
)
ROUNDS = 7
NOISE = 3
"""Times as far apart as this count as the same: a slow hash is a hundred times slower than a look into a table."""


def probe(site: Subject, trial: Trial) -> None:
    step = site.scheme.login
    if site.scheme.security["type"] != "oauth2" or not step:
        trial.does_not_apply("Nobody but people signs in: no application has a name or a secret of its own.")
    visitor = site.visitor()
    body = visitor.filled(step.body) | {"client_secret": "not-the-secret"}
    unknown: list[float] = []
    known: list[float] = []

    def ask(times: list[float], **fields: str) -> requests.Response:
        began = perf_counter()
        answer = visitor.send(step.method, step.path, data=body | fields)
        times.append(perf_counter() - began)
        return answer

    for _ in range(ROUNDS):
        strange, familiar = ask(unknown, client_id="nobodys-client"), ask(known)
    ratio = min(known) / min(unknown)  # the fastest: what else runs on the machine only ever adds
    alike = 1 / NOISE < ratio < NOISE
    told = "in the time of an unknown one" if alike else f"{'slower' if ratio > 1 else 'faster'} than an unknown one"
    trial.note("a known application refused", withstood=alike, seen=told)
    same = (strange.status_code, strange.text) == (familiar.status_code, familiar.text)
    trial.note("the words of the refusal", withstood=same, seen="the same" if same else "tell the two apart")
