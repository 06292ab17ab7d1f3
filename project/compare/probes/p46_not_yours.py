"""Fields are sent that are nobody's to set, and things asked for that are not the caller's.

A good site leaves such fields out or answers 400, and shows and changes nothing that is not the caller's to see or change.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P46",
    title="What is not yours",
    steps="Register and edit the account with is_staff, is_superuser, is_active, id, dates and a password; edit and make "
    "questions; look for one that is not out yet; withdraw somebody else's vote by naming them.",
    why="An API that takes every field it knows gives away every right it has.",
    source="ASVS 8.2.1-8.2.3, 15.3.3, API1, API3, API5:2023",
)
QUESTIONS = "/polls/api/questions/"
RIGHTS = {
    "is_staff": True,
    "is_superuser": True,
    "id": 1,
    "created": "2001-01-01T00:00:00Z",
    "date_joined": "2001-01-01T00:00:00Z",
}
LATER = {
    "question_text": "Not yet?",
    "pub_date": "2999-01-01T00:00:00Z",
    "choices": [{"choice_text": "Yes"}, {"choice_text": "No"}],
}


def probe(site: Subject, trial: Trial) -> None:
    made = site.register(**RIGHTS | {"is_active": True})
    trial.note("rights on registering", withstood=not taken(made.json()), seen=taken(made.json()) or "not taken")
    person, victim = site.newcomer(), site.newcomer()
    person.ask("PATCH", "/accounts/me/", json=RIGHTS | {"is_active": False, "password": "another-good-phrase-9"})
    account = person.ask("GET", "/accounts/me/")
    seen = taken(account.json()) if account.ok else str(account.status_code)
    trial.note("rights on editing the account", withstood=not seen, seen=seen or "not taken")
    same = site.lets_in(person.variables["username"], person.variables["password"])
    trial.note("a password on editing the account", withstood=same, seen="not taken" if same else "taken")
    for method, path in (("PATCH", READ), ("PUT", READ), ("POST", QUESTIONS)):
        status = person.ask(method, path, json={}).status_code
        trial.note(f"{method} {path}", withstood=status == 403, seen=str(status))

    admin = site.visitor()
    admin.login("admin", "admin-demo-pass").raise_for_status()
    later = f"{QUESTIONS}{admin.ask('POST', QUESTIONS, json=LATER).json()['id']}/"
    for what, method, path in (("read", "GET", later), ("vote on", "PUT", f"{later}vote/"), ("delete", "DELETE", later)):
        trial.refused(f"{what} a question that is not out yet", person.ask(method, path, json={"choice": 1}))
    listed = [question["question_text"] for question in person.ask("GET", QUESTIONS).json()["results"]]
    shown = LATER["question_text"] in listed
    trial.note("the list of questions", withstood=not shown, seen="has it" if shown else "is without it")
    admin.ask("DELETE", later)

    victim.ask("PUT", VOTE, json={"choice": 2}).raise_for_status()
    theirs = {"user": site.ids[victim.variables["username"]]}
    for method in ("GET", "DELETE"):
        trial.refused(f"{method} somebody else's vote", person.ask(method, VOTE, params=theirs, json=theirs))
    status = victim.ask("GET", VOTE).status_code
    trial.unharmed("their vote afterwards", works=status == 200, seen=str(status))


def taken(account: dict[str, object]) -> str:
    """Which of the fields were taken, in words."""
    return ", ".join(sorted(name for name, value in RIGHTS.items() if account.get(name) == value))
