"""Which step of the story a request is: by its shape, and by how far its client has come."""

import re
from functools import lru_cache
from string import Formatter

from django.http import parse_cookie

from project.exchange import Exchange, fields
from schemes import story
from schemes.contract import Step

NEAR = 2
"""How many requests of the story a client may leave out and still be followed."""


@lru_cache
def told() -> list[story.Exchange]:
    """The story of the profile that runs."""
    return story.exchanges()


def name(place: int | None) -> str:
    return "" if place is None else told()[place].id


def title(step: str) -> str:
    """What the story calls it."""
    return next((one.title for one in told() if one.id == step), "")


def place(exchange: Exchange, so_far: int) -> int | None:
    """The first that fits, a little after the place where this client was in the story; else the first of all; else None.

    A browser sends the cookies it has, asked or not: where nothing fits exactly, more cookies than the story says do no harm
    to what succeeded.
    """
    for strict in (True, False):
        fitting = [place for place, one in enumerate(told()) if _fits(one.step, exchange, strict)]
        if fitting:
            return next((place for place in fitting if 0 <= place - so_far <= NEAR), fitting[0])
    return None


def _fits(step: Step, exchange: Exchange, strict: bool) -> bool:
    sent = {name.lower(): value for name, value in exchange.headers}
    said = {name.lower(): value for name, value in step.headers.items()}
    body = fields(exchange.body, sent.get("content-type", ""))
    return (
        (step.method, step.path, step.status) == (exchange.method, _slashed(exchange.path), exchange.status)
        and all((name in said) == (name in sent) for name in ("authorization", "x-csrftoken"))
        and all(_like(value, sent.get(name, "")) for name, value in said.items() if name != "cookie")
        and step.body.keys() == body.keys()
        and all(_like(value, str(body[name])) for name, value in step.body.items())
        and _cookies_fit(said.get("cookie", ""), sent.get("cookie", ""), strict or step.status >= 400)
    )


def _cookies_fit(told: str, came: str, strict: bool) -> bool:
    said, sent = parse_cookie(told), parse_cookie(came)
    if not all(name in sent and _like(value, sent[name]) for name, value in said.items()):
        return False
    return not strict or (sent.keys() & _known()) == said.keys()


@lru_cache
def _known() -> set[str]:
    """The cookies that the story speaks of; a browser has others, of other profiles."""
    return {name for one in told() for name in parse_cookie(one.step.headers.get("Cookie", ""))}


@lru_cache
def _pattern(text: str) -> re.Pattern[str]:
    """A `{variable}` is anything, all else is itself."""
    parts = Formatter().parse(text)
    return re.compile("".join(re.escape(literal) + (".+" if name else "") for literal, name, _, _ in parts), re.DOTALL)


def _like(text: str, value: str) -> bool:
    return bool(_pattern(text).fullmatch(value))


def _slashed(path: str) -> str:
    return path if path.endswith("/") or "?" in path else path + "/"
