"""The story spoken to a live site, by a client that knows the scheme by its card alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import requests

from project.compare.client import Client
from project.walkthrough.answers import Answer, difference, received
from schemes.story import DEMO, Exchange, card, seven_steps


class CannotPlay(Exception):
    """No site of that profile answers there; the message says what does."""


@dataclass(frozen=True)
class Played:
    """One request, its answer, and all that the client had kept when it came."""

    exchange: Exchange
    answer: Answer
    variables: dict[str, str]


def play(profile: str, base: str) -> Iterator[Played]:
    """Every request in turn. Raises CannotPlay when the site is another, or an answer lacks what later requests need."""
    _refuse_another(profile, base)
    client = Client(base, card(profile))
    client.variables = dict(DEMO)
    for chapter in seven_steps(profile):
        for exchange in chapter.exchanges:
            try:
                response = client.do(exchange.step)
            except KeyError as missing:
                raise CannotPlay(f"{exchange.id} needs {missing}, which no answer gave: the rest can't be played.") from missing
            yield Played(exchange, received(response, base), dict(client.variables))


def differences(profile: str, base: str, expected: dict[str, Answer]) -> Iterator[tuple[Exchange, Answer, str]]:
    """Every exchange with the expected answer's difference from what came; empty where there is none."""
    for played in play(profile, base):
        yield played.exchange, played.answer, difference(expected[played.exchange.id], played.answer)


def _refuse_another(profile: str, base: str) -> None:
    try:
        answer = requests.get(f"{base}/auth/", timeout=10)
        found = answer.json()["profile"]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise CannotPlay(f"No site of this project answers at {base} ({type(error).__name__}).") from error
    if found != profile:
        raise CannotPlay(f"The site at {base} runs the profile {found}, not {profile}.")
