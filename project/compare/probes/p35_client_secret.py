"""An application that cannot say its secret, or says it in the wrong place, asks for tokens; or for a grant that is not its.

A good site refuses it, though the person's name and password are right.
"""

from urllib.parse import urlencode

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P35",
    title="An application without its secret",
    steps="Right name and password; secret wrong, empty, absent, in the URL; a broken Basic header; JSON; an application "
    "nobody knows; two grants that were not given to it.",
    why="A client secret that is not asked for protects nothing; one in a URL stands in every log on the way.",
    source="RFC 6749 §2.3.1, ASVS 10.4.10",
)


def probe(site: Subject, trial: Trial) -> None:
    step = site.scheme.login
    if site.scheme.security["type"] != "oauth2" or not step:
        trial.does_not_apply("Nobody but people signs in: no application has a secret.")
    visitor = site.visitor()
    good = visitor.filled(step.body)
    client = {name: good[name] for name in ("client_id", "client_secret")}
    bare = {name: value for name, value in good.items() if name not in client}

    def ask(what: str, body: dict[str, str], query: str = "", **headers: str) -> None:
        trial.refused(what, visitor.send(step.method, f"{step.path}{query}", headers, data=body))

    ask("a wrong secret", good | {"client_secret": "wrong"})
    ask("an empty secret", good | {"client_secret": ""})
    ask("no secret", bare | {"client_id": client["client_id"]})
    ask("no application", bare)
    ask("an application nobody knows", good | {"client_id": "nobodys-client"})
    ask("the secret in the URL", bare | {"client_id": client["client_id"]}, f"?client_secret={client['client_secret']}")
    ask("everything in the URL", {}, f"?{urlencode(good)}")
    ask("a broken Basic header", bare, Authorization="Basic %%%")
    ask("the grant client_credentials", client | {"grant_type": "client_credentials"})
    ask("the grant authorization_code", client | {"grant_type": "authorization_code", "code": "a-code", "redirect_uri": "/"})
    trial.refused("everything as JSON", visitor.send(step.method, step.path, json=good))
