"""Before anything is measured: does the profile keep what its card promises? A figure of a wrong answer is worth nothing."""

from collections.abc import Iterator

from project.compare.laboratory import Subject
from schemes import SCHEMES
from schemes.story import READ, VOTE, seven_steps

ME, CREDENTIALS = "/accounts/me/", "/auth/credentials/"


def broken_promises(site: Subject) -> list[str]:
    """What is not as promised, a sentence each: the seven steps of the story, and what every answer must hold.

    A hardened profile promises that its credentials can be listed; of a library as it ships the card alone is checked.
    """
    return [*_story(site), *_answers(site)]


def _story(site: Subject) -> Iterator[str]:
    client = site.visitor()
    client.variables |= {"username": "alice", "password": "alice-demo-pass"}
    if not client.scheme.login:
        client.login()
    for chapter in seven_steps(site.profile, client.scheme):
        for exchange in chapter.exchanges:
            step = exchange.step
            try:
                status = client.do(step).status_code
            except KeyError as missing:
                yield f"Step {exchange.id}, {exchange.title}: nothing has given {missing}."
                return
            if status != step.status:
                yield f"Step {exchange.id}, {exchange.title}: {step.method} {step.path} answers {status}, not {step.status}."


def _answers(site: Subject) -> Iterator[str]:
    client = site.visitor()
    client.login()
    if client.ask("GET", ME).json().get("username") != "alice":
        yield "The account of the caller is not the caller's."
    if "choices" not in client.ask("GET", READ).json():
        yield "A question does not come with its choices."
    if client.ask("PUT", VOTE, json={"choice": 1}).json().get("choice") != 1:
        yield "A vote is not the one that was cast."
    if client.send("GET", "/auth/").json().get("profile") != site.profile:
        yield "The site does not run the profile that it was started with."
    if site.profile in SCHEMES and len(client.ask("GET", CREDENTIALS).json()) == 0:
        yield "The credentials of the caller are not listed."
