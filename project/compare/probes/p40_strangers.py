"""Somebody who is not the application asks what a token is worth, or ends it.

A good site tells the state of a token to those it concerns, never by a URL, and ends it for its own application alone.
"""

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P40",
    title="Introspection and revocation by strangers",
    steps="Ask for the state of a stolen token without an application, with a wrong secret, as another user, by GET; revoke "
    "it without an application and with a wrong secret, then read with it.",
    why="Introspection tells a thief whose token it is and how far it reaches; revocation is a way to lock people out.",
    source="RFC 7662 §2.1, §4, RFC 7009 §2.1",
)


def probe(site: Subject, trial: Trial) -> None:
    verify, logout = site.scheme.verify, site.scheme.logout
    if site.scheme.security["type"] != "oauth2" or not logout:
        trial.does_not_apply("No application asks for the state of a token: its owner alone does.")
    person, stranger = site.newcomer(), site.newcomer()
    secrets = {name: person.fill(text) for name, text in verify.body.items()}
    asked = {"token": secrets["token"]}
    wrong = secrets | {"client_secret": "wrong"}

    def told(what: str, method: str, **options: object) -> None:
        answer = stranger.send(method, verify.path, **options)  # type: ignore[arg-type]
        state = answer.ok and answer.json().get("active")
        trial.note(
            what, withstood=answer.status_code < 500 and not state, seen=f"{answer.status_code}{', told' if state else ''}"
        )

    known = person.do(verify)
    trial.unharmed("its own application", works=known.ok and known.json().get("active", False), seen=str(known.status_code))
    told("state asked without an application", "POST", data=asked)
    told("state asked with a wrong secret", "POST", data=wrong)
    told("state asked as another user", "POST", data=asked, headers=stranger.filled(stranger.scheme.write))
    basic = (secrets["client_id"], secrets["client_secret"])
    told("state asked by GET, all in the URL", "GET", params=secrets)
    told("state asked by GET, the token in the URL", "GET", params=asked, auth=basic)
    for what, body, headers in (
        ("without an application", asked, {}),
        ("with a wrong secret", wrong, {}),
        ("by another user", asked, stranger.filled(stranger.scheme.write)),
    ):
        stranger.send(logout.method, logout.path, headers, data=body)
        status = person.ask("GET", READ).status_code
        trial.note(f"revoked {what}", withstood=status == 200, seen=f"it {'still' if status == 200 else 'no longer'} works")
