"""Somebody caught a code, and spends it: after its application did, as another application, elsewhere, or late.

A good site takes a code once, from whom and where it was given for, within a minute; one that comes again ends what it gave,
because one of the two who had it is a thief.
"""

from project.compare.attack import Attack, Trial
from project.compare.consent import WEB, Consent
from project.compare.laboratory import Subject
from schemes.story import DEMO, READ

ATTACK = Attack(
    id="P38",
    title="A used or foreign code",
    steps="Spend a code as another application, with another redirect URI, after 61 seconds, and twice; then read and refresh "
    "with what the first exchange gave.",
    why="A code that is good twice is good for a thief; tokens that outlive its replay stay with whoever was first.",
    source="RFC 6749 §4.1.2, ASVS 10.4.2, 10.4.3",
)


def probe(site: Subject, trial: Trial) -> None:
    step = site.scheme.refresh
    if "authorizationCode" not in site.scheme.security.get("flows", {}) or not step:
        trial.does_not_apply("It gives no codes, so none can be caught.")
    with Consent(site, site.newcomer()) as consent:
        code, verifier = consent.code()
        other = {name: DEMO[name] for name in ("client_id", "client_secret")}
        trial.refused("spent by another application", consent.spend(code, verifier, **other))
        trial.refused("spent with another address", consent.spend(code, verifier, redirect_uri="http://127.0.0.1/else"))
        given = consent.spend(code, verifier)
        trial.unharmed("its own application afterwards", works=given.ok, seen=str(given.status_code))
        trial.refused("spent again", consent.spend(code, verifier))
        person = site.visitor()
        person.variables |= {name: given.json()[where] for name, where in step.keep.items()}
        trial.refused(f"GET {READ} with what it had given", person.ask("GET", READ))
        renewal = {
            "grant_type": "refresh_token",
            "refresh_token": person.variables["refresh_token"],
            "client_id": WEB["client_id"],
        }
        trial.refused("that refreshed", person.send("POST", consent.flow["tokenUrl"], data=renewal))
        late, its_verifier = consent.code()
        with site.ahead(61):
            trial.refused("spent after 61 seconds", consent.spend(late, its_verifier))
