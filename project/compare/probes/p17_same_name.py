"""An account is made whose name can be taken for somebody else's: another spelling, or the other's email address.

A good site refuses it: what is typed at the sign-in names one account, in every spelling.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P17",
    title="Somebody else's name",
    steps="Register as, and rename oneself to, somebody's address as a name, their name as an address, other spellings.",
    why="Where two accounts answer to one name, one person signs in as the other, or locks them out.",
    source="ASVS 6.8.1, CWE-289, Unicode TR 36",
)


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    name = person.variables["username"]
    address = f"{name}@example.com"
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in name)
    for what, fields in {
        "their address as a name": {"username": address},
        "their name as an address": {"email": name},
        "their name in capitals": {"username": name.upper()},
        "their name in wide letters": {"username": wide},
        "their name and a space": {"username": f"{name}\u00a0"},
        "their address in capitals": {"email": address.upper()},
    }.items():
        trial.refused(f"registered: {what}", site.register(**fields))
    other = site.newcomer()
    for what, value in {"their name in capitals": name.upper(), "their address as a name": address}.items():
        trial.refused(f"renamed: {what}", other.ask("PATCH", "/accounts/me/", json={"username": value}))
