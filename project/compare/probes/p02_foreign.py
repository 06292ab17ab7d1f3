"""A credential of another kind, or one that is not written as the scheme writes it, is offered.

A good site refuses each, the administrator's cookie too where the API is not for cookies. The word before the credential is
read without regard to case (RFC 9110, section 11.1): a client that writes it small is no attacker.
"""

from base64 import b64encode

import requests

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P02",
    title="A credential of another kind",
    steps="Read with the password as Basic, with the credential under other words, with the word alone, with two credentials, "
    "and with the cookie of the admin.",
    why="A second way in that nobody thought of is guarded by nobody: no limit on guesses, no logout, no CSRF token.",
    source="ASVS 6.3.4, RFC 9110 §11.1",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    name, password = person.variables["username"], person.variables["password"]
    secret = [person.variables[variable] for variable in sorted(person.scheme.credential)][-1]
    own = person.filled(person.scheme.read).get("Authorization", "").partition(" ")[0]
    sent = {
        "Basic, name and password": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}",
        **{f"{word}, the credential": f"{word} {secret}" for word in ("Basic", "Bearer", "Token", "Digest")},
        "the word alone": own or "Bearer",
        "two credentials": f"{own or 'Bearer'} {secret}, {own or 'Bearer'} {secret}",
        "the credential without a word": secret,
    }
    for what, header in sent.items():
        if header.split() != [own, secret]:
            trial.refused(what, person.send("GET", READ, {"Authorization": header}))
    if own:
        with requests.Session() as browser:
            site.admin_signs_in(browser, "/admin/")
            trial.refused("the cookie of the admin", person.send("GET", READ, cookies=browser.cookies))
        status = person.send("GET", READ, {"Authorization": f"{own.lower()} {secret}"}).status_code
        trial.unharmed(f"{own} written small", works=status == 200, seen=str(status))
