"""Somebody holds the code of another person's browser, and lacks what the application kept to itself.

A good site gives no code without a challenge that can't be turned round (S256), and takes no code without its verifier.
"""

from typing import Any

from project.compare.attack import Attack, Trial
from project.compare.consent import Consent, pkce
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P37",
    title="PKCE left out or weakened",
    steps="Ask for a code without a challenge, with the method `plain`, and with no method; change codes for tokens with a "
    "wrong verifier, with none, and one made without a challenge with any verifier (a downgrade).",
    why="A code travels through browsers, histories and logs; without its verifier it must be worth nothing.",
    source="RFC 7636 §4.6, RFC 9700 §2.1.1, §4.8, ASVS 10.4.6",
)


def probe(site: Subject, trial: Trial) -> None:
    if "authorizationCode" not in site.scheme.security.get("flows", {}):
        trial.does_not_apply("It gives no codes, so none can be caught.")
    with Consent(site, site.newcomer()) as consent:
        verifier, _ = pkce()
        weak: dict[str, dict[str, Any]] = {
            "no challenge": {"challenge": None, "code_challenge": None, "code_challenge_method": None},
            "the method plain": {"challenge": verifier, "code_challenge_method": "plain"},
            "no method": {"challenge": verifier, "code_challenge_method": None},
        }
        codes = {what: consent.code(**changed)[0] for what, changed in weak.items()}
        for what, code in codes.items():
            trial.note(f"a code asked with {what}", withstood=not code, seen="given" if code else "not given")
        downgraded = codes["no challenge"]
        if downgraded:
            trial.refused("that without a challenge spent with any verifier", consent.spend(downgraded, verifier))
        for what, wrong in (("a wrong verifier", pkce()[0]), ("no verifier", None)):
            code, right = consent.code()
            trial.refused(f"a code spent with {what}", consent.spend(code, wrong))
            answer = consent.spend(code, right)
            trial.unharmed(f"the right verifier after {what}", works=answer.ok, seen=str(answer.status_code))
