"""A session id that the attacker knows is planted in the browser of somebody who then signs in.

A good site gives a new id at every sign-in, and the one that was there before opens nothing afterwards.
"""

from dataclasses import replace

from project.compare.attack import Attack, Trial
from project.compare.client import Client
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P13",
    title="A planted session",
    steps="Sign in while the browser carries a session id that somebody invented, then the id of an earlier session; compare, "
    "and read with the old ids.",
    why="Who may choose the id before the sign-in need not steal it afterwards.",
    source="ASVS 7.2.4, WSTG-SESS-03",
)


def probe(site: Subject, trial: Trial) -> None:
    if "Cookie" not in site.scheme.read:
        trial.does_not_apply("The site chooses the credential and hands it out once; there is no cookie to plant.")
    earlier = site.newcomer()
    invented = earlier.copy()
    invented.variables["sessionid"] = "0123456789abcdefghijklmnopqrstuv"
    for what, planted in {"an invented id": invented, "the id of an earlier session": earlier}.items():
        person = sign_in_with(site, planted)
        renewed = person.variables["sessionid"] != planted.variables["sessionid"]
        trial.note(what, withstood=renewed, seen="a new one" if renewed else "kept")
        trial.refused(f"{what}, used afterwards", planted.ask("GET", READ))
        trial.unharmed("the new id", works=(status := person.ask("GET", READ).status_code) == 200, seen=str(status))
        renewed = person.variables["csrftoken"] != planted.variables["csrftoken"]
        trial.note(f"{what}: the CSRF token", withstood=renewed, seen="a new one" if renewed else "kept")


def sign_in_with(site: Subject, planted: Client) -> Client:
    """The same person signs in, in a browser that carries what was planted."""
    person = site.visitor()
    cookies = planted.fill(site.scheme.write["Cookie"])
    login = site.scheme.login
    if login:
        login = replace(login, headers=planted.filled(login.headers) | {"Cookie": cookies})
    person.scheme = replace(site.scheme, before=None, login=login)
    person.login(planted.variables["username"], planted.variables["password"]).raise_for_status()
    person.scheme = site.scheme
    return person
