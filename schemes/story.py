"""What everybody does with a scheme, composed once from any card: the seven steps, and the same in curl."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module

from django.conf import settings

from schemes import PROFILES, STOCK
from schemes.contract import Scheme, Step

READ = "/polls/api/questions/1/"
VOTE = "/polls/api/questions/1/vote/"


def card(profile: str = "") -> Scheme:
    """The card of a profile; without a name, of the active one. A stock profile says how it differs from the hardened one."""
    name = profile or settings.AUTH_PROFILE
    scheme, module = PROFILES[name]
    hardened: Scheme = import_module(f"schemes.{scheme}.steps").SCHEME
    if name not in STOCK.values():
        return hardened
    stock: Scheme = import_module(module).card(hardened)
    return stock


def sign_in(scheme: Scheme) -> tuple[Step, ...]:
    """The requests that get a credential; none where there is none to get."""
    return tuple(step for step in (scheme.before, scheme.login) if step)


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
    get = Chapter(2, "Get a credential", "There is none to get: the password itself goes along on every request.")
    if scheme.login:
        get = Chapter(2, "Get a credential", scheme.login.why, sign_in(scheme))
    renew = Chapter(5, "Renew it", "This scheme renews nothing: when the time is over, sign in again.")
    if scheme.refresh:
        renew = Chapter(5, "Renew it", scheme.refresh.why, (scheme.refresh,))
    end = Chapter(
        7, "End it and try again", "There is no logout: the same credential still works.", (replace(after, status=200),)
    )
    if scheme.logout:
        end = Chapter(7, "End it and try again", scheme.logout.why, (scheme.logout, after))
    return [
        Chapter(1, "Ask without a credential", "The API says no, and how it wants to be asked.", (refused,)),
        get,
        Chapter(3, "Read", "The request carries the credential.", (read,)),
        Chapter(4, "Vote", "A request that changes something may need more.", (vote,)),
        renew,
        Chapter(6, "Break it", "A credential that was changed is none.", (broken,)),
        end,
    ]


DEMO = {
    "username": "alice",
    "password": "alice-demo-pass",
    "client_id": "demo-client",
    "client_secret": "demo-secret",
    "choice": "1",
    "basic": b64encode(b"alice:alice-demo-pass").decode(),
}
"""What a reader of the demo types; every other variable comes from an answer."""


def curl(scheme: Scheme, base: str) -> list[str]:
    """A first session in curl: sign in, read, vote. Each line works as printed, in bash and in zsh."""
    vote = Step("PUT", VOTE, "", scheme.write, {"choice": "{choice}"})
    lines = [line for step in sign_in(scheme) for line in _keeping(step, base)]
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
