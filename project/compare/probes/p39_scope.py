"""A token is asked for more than its application may do, or used for more than it was given for.

A good site gives what the application may ask for at most, never more by a refresh, and lets a reading token read.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P39",
    title="More than its scope",
    steps="Sign in without a scope, with one nobody knows, with `introspection`, and with `read`; vote with the last and "
    "refresh it with more.",
    why="A scope that is not enforced is a promise to the person who consents, and to nobody else.",
    source="RFC 9700 §2.3, RFC 6750 §3.1, ASVS 10.4.11",
)


def probe(site: Subject, trial: Trial) -> None:
    security, login, refresh = site.scheme.security, site.scheme.login, site.scheme.refresh
    if security["type"] != "oauth2" or not login or not refresh:
        trial.does_not_apply("Its credential has no scope: it may do whatever its owner may.")
    known = {scope for flow in security["flows"].values() for scope in flow["scopes"]}
    person = site.newcomer()
    given = set(site.seen[-1].json().get("scope", "").split())
    trial.note("no scope asked", withstood=given <= known, seen="known ones given" if given <= known else "others given too")
    body = person.filled(login.body)
    for scope in ("everything", "introspection"):
        answer = person.send(login.method, login.path, data=body | {"scope": scope})
        trial.refused(f"scope {scope!r} asked", answer)
    reader = person.copy()
    answer = person.send(login.method, login.path, data=body | {"scope": "read"})
    reader.variables |= {name: answer.json()[where] for name, where in login.keep.items()}
    status = reader.ask("GET", READ).status_code
    trial.unharmed(f"GET {READ} with scope read", works=status == 200, seen=str(status))
    answer = reader.ask("PUT", VOTE, json={"choice": 1})
    named = "insufficient_scope" in answer.headers.get("WWW-Authenticate", "")
    seen = f"{answer.status_code}{' insufficient_scope' if named else ''}"
    trial.note(f"PUT {VOTE} with scope read", answer.status_code == 403, seen)
    more = reader.filled(refresh.body) | {"scope": "read write"}
    trial.refused("scope read refreshed with more", reader.send(refresh.method, refresh.path, data=more))
