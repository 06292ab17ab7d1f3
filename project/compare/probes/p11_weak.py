"""Weak passwords are chosen, on registering and on changing.

A good site refuses what is short, common, made of the name or published, and takes what is long, whatever it is made of.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P11",
    title="Weak passwords",
    steps="Register with seven characters, a common password, the name twice and a published one; change to a common one; "
    "then register with fifteen letters, and with 128 characters, spaces and emoji among them.",
    why="People choose what is easy; rules about kinds of characters do not help, length and a list do.",
    source="ASVS 6.2.1-6.2.12, 6.3.2",
)


def probe(site: Subject, trial: Trial) -> None:
    name = f"weak_person_{site.people}"
    weak = {
        "seven characters": "k3!xQ9z",
        "a common one": "password1234",
        "the name twice": name * 2,
        "one like the demo's": "somebody-demo-pass",
    }
    for what, password in weak.items():
        answer = site.register(username=name, email=f"{name}@example.com", password=password, password2=password)
        trial.refused(what, answer)
    person = site.newcomer()
    body = {"old_password": person.variables["password"], "new_password": "password1234"}
    trial.refused("changed to a common one", person.ask("POST", "/accounts/password/", json=body))
    strong = {"fifteen letters": "qwjzkvbxmplrtuy", "128 characters": ("a phrase, and 🌻 " * 9)[:128]}
    for what, password in strong.items():
        status = site.register(password=password, password2=password).status_code
        trial.unharmed(what, works=status == 201, seen=str(status))
