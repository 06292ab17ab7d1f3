"""What everybody does with a scheme, composed once from any card: the seven steps, and the same in curl."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings

from schemes.contract import Scheme, Step

READ = "/polls/api/questions/1/"
VOTE = "/polls/api/questions/1/vote/"


def card(name: str = "") -> Scheme:
    """The card of a scheme; without a name, of the active one."""
    return import_module(f"schemes.{name or settings.AUTH_SCHEME}.steps").SCHEME


@dataclass(frozen=True)
class Chapter:
    """One of the seven steps. A step that a scheme lacks keeps its number, has no requests, and says why."""

    number: int
    title: str
    why: str
    steps: tuple[Step, ...] = ()


def seven_steps(scheme: Scheme) -> list[Chapter]:
    """The same story for every scheme; 6 and 7 are where they really differ."""
    read = Step("GET", READ, "What the credential is for.", scheme.read)
    vote = Step("PUT", VOTE, "Changing something.", scheme.write, {"choice": "{choice}"})
    refused = Step("GET", READ, "Without a credential nothing is shown.", status=scheme.refused)
    broken = Step(
        "GET",
        READ,
        "One letter of the credential changed.",
        {name: value.replace("}", "}x", 1) for name, value in scheme.read.items()},
        status=scheme.refused,
    )
    after = Step("GET", READ, "The same credential once more.", scheme.read, status=scheme.refused)
    login = tuple(step for step in (scheme.before, scheme.login) if step)
    renew = Chapter(5, "Renew it", "This scheme renews nothing: when the time is over, sign in again.")
    if scheme.refresh:
        renew = Chapter(5, "Renew it", scheme.refresh.why, (scheme.refresh,))
    return [
        Chapter(1, "Ask without a credential", "The API says no, and how it wants to be asked.", (refused,)),
        Chapter(2, "Get a credential", scheme.login.why, login),
        Chapter(3, "Read", "The request carries the credential.", (read,)),
        Chapter(4, "Vote", "A request that changes something may need more.", (vote,)),
        renew,
        Chapter(6, "Break it", "A credential that was changed is none.", (broken,)),
        Chapter(7, "End it and try again", scheme.logout.why, (scheme.logout, after)),
    ]


DEMO = {
    "username": "alice",
    "password": "alice-demo-pass",
    "client_id": "demo-client",
    "client_secret": "demo-secret",
    "choice": "1",
}
"""What a reader of the demo types; every other variable comes from an answer."""


def curl(scheme: Scheme, base: str) -> list[str]:
    """A first session in curl: sign in, read, vote. Each line works as printed, in bash and in zsh."""
    vote = Step("PUT", VOTE, "", scheme.write, {"choice": "{choice}"})
    steps = [step for step in (scheme.before, scheme.login) if step]
    lines = [line for step in steps for line in _keeping(step, base)]
    return [*lines, _curl(Step("GET", READ, "", scheme.read), base), _curl(vote, base)]


def _keeping(step: Step, base: str) -> Iterator[str]:
    """The request, then what its answer gave, kept in shell variables. `-c -` shows the cookies below the answer."""
    cookies = {name: where.split()[1] for name, where in step.keep.items() if where.startswith("cookie ")}
    yield f'ANSWER=$({_curl(step, base, "-c - " if cookies else "")}); echo "$ANSWER"'
    for variable, where in step.keep.items():
        if variable in cookies:
            yield f"""{variable}=$(echo "$ANSWER" | awk '$6 == "{cookies[variable]}" {{print $7}}')"""
        else:
            yield f"""{variable}=$(echo "$ANSWER" | sed 's/.*"{where}": *"\\([^"]*\\)".*/\\1/')"""


def _curl(step: Step, base: str, options: str = "") -> str:
    """One line. Bodies go as forms, which every endpoint takes and no shell misreads."""
    headers = "".join(f' -H "{name}: {_shell(value)}"' for name, value in step.headers.items())
    body = "".join(f' -d "{name}={_shell(value)}"' for name, value in step.body.items())
    method = "" if step.method == ("POST" if body else "GET") else f"-X {step.method} "
    return f"curl -s {options}{method}{base}{step.path}{headers}{body}"


def _shell(text: str) -> str:
    """`{variable}` as the demo has it, else as the shell names it."""
    for name, value in DEMO.items():
        text = text.replace(f"{{{name}}}", value)
    return text.replace("{", "${")
