"""The credential is sent where it does not belong: in the address, or in the body.

A good site refuses it there: addresses end up in logs, in histories and in the Referer of other sites.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P04",
    title="The credential in the address or the body",
    steps="Read with a good credential in the query, vote with one in a form field and in a JSON field.",
    why="Addresses are logged, kept and passed on, and forms are sent by any page: a secret must not count there.",
    source="RFC 6750 §2.2-2.3, RFC 9700 §4.3.2, ASVS 14.2.1",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    secrets = {name: person.variables[name] for name in person.scheme.credential}
    secret = [secrets[name] for name in sorted(secrets)][-1]
    for name in sorted({"access_token", "token", *secrets}):
        field = {name: secrets.get(name, secret)}
        trial.refused(f"GET ?{name}=", person.send("GET", READ, params=field))
        trial.refused(f"form field {name}", person.send("POST", VOTE, data={"choice": "1"} | field))
        trial.refused(f"JSON field {name}", person.send("PUT", VOTE, json={"choice": 1} | field))
