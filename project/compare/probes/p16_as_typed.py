"""A password that is nearly right is tried: with spaces around it, or without those that belong to it.

A good site checks what was typed, every character of it.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P16",
    title="A password that is nearly right",
    steps="Register with a password that has spaces around it; sign in with it, and without the spaces; sign in as somebody "
    "else with spaces added, and in capitals.",
    why="A site that tidies up what people type accepts passwords that nobody chose, and may refuse the one that was.",
    source="ASVS 6.2.8",
)


def probe(site: Subject, trial: Trial) -> None:
    spaced = "  two spaces around  "
    name = site.register(password=spaced, password2=spaced).json().get("username", "")
    other = site.newcomer()
    trial.unharmed("the password with its spaces", works=site.lets_in(name, spaced), seen="refused")
    known, password = other.variables["username"], other.variables["password"]
    for what, username, typed in [
        ("the password without its spaces", name, spaced.strip()),
        ("spaces added", known, f" {password} "),
        ("in capitals", known, password.upper()),
    ]:
        taken = site.lets_in(username, typed)
        trial.note(what, withstood=not taken, seen="taken" if taken else "refused")
