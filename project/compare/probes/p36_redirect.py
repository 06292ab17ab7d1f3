"""Somebody has a person consent for a well-known application, and names an address of his own for the answer.

A good site shows its own error page: it sends nobody to an address that was not registered, not even with a refusal.
"""

from project.compare.attack import Attack, Trial
from project.compare.consent import CALLBACK, Consent, pkce
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P36",
    title="Another redirect URI",
    steps="As a person who consents: ten addresses that are nearly the registered one (host, path, query, fragment, user, name "
    "of the loopback, encoding, scheme, line break); another port of the loopback address must work.",
    why="The code goes where the address says; whoever chooses it gets the person's tokens.",
    source="RFC 9700 §2.1, §4.1, RFC 8252 §7.3, ASVS 10.4.1",
)
VARIANTS = {
    "another host": "http://evil.test/callback",
    "another path": "http://127.0.0.1/callback/../else",
    "an added query": f"{CALLBACK}?more=1",
    "a fragment": f"{CALLBACK}#part",
    "a user": "http://127.0.0.1@evil.test/callback",
    "localhost": "http://localhost/callback",
    "an encoded slash": "http://127.0.0.1/%2fcallback",
    "a backslash": "http://evil.test\\@127.0.0.1/callback",
    "javascript:": "javascript:alert(1)//127.0.0.1/callback",
    "a line break": f"{CALLBACK}\r\nLocation: http://evil.test/",
}


def probe(site: Subject, trial: Trial) -> None:
    if "authorizationCode" not in site.scheme.security.get("flows", {}):
        trial.does_not_apply("No application sends people here: there is no address to lead them back to.")
    with Consent(site, site.newcomer()) as consent:
        for what, address in VARIANTS.items():
            answer = consent.ask(pkce()[1], redirect_uri=address)
            led = f"{answer.status_code}{' led there' if answer.is_redirect else ''}"
            trial.note(what, withstood=400 <= answer.status_code < 500, seen=led)
        other = consent.ask(pkce()[1], redirect_uri="http://127.0.0.1:49152/callback")
        trial.unharmed("another port of the loopback address", works=other.is_redirect, seen=str(other.status_code))
