"""The story spoken to a live site, by a client that knows the scheme by its card alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import requests

from project.compare.client import Client
from project.walkthrough.addresses import FIRST_PORT, address
from project.walkthrough.answers import Answer, difference, received
from schemes import PROFILES
from schemes.story import DEMO, Exchange, card, exchanges


class CannotPlay(Exception):
    """No site of that profile answers, or an answer lacks what the rest needs; the message says which, and what to do."""


START = "Start it (`make demo`; `manage.py demo --stock` for all nine profiles), or name its address with --base."


@dataclass(frozen=True)
class Played:
    """One request, its answer, and all that the client had kept when it came."""

    exchange: Exchange
    answer: Answer
    variables: dict[str, str]


def play(profile: str, base: str) -> Iterator[Played]:
    """Every request in turn. Raises CannotPlay when the site is another, or an answer lacks what later requests need."""
    running = runs(base)
    if not running:
        raise CannotPlay(f"No site of this project answers at {base}. {START}")
    if running != profile:
        raise CannotPlay(f"The site at {base} runs the profile {running}, not {profile}.")
    client = Client(base, card(profile))
    client.variables = dict(DEMO)
    for exchange in exchanges(profile):
        try:
            response = client.do(exchange.step)
        except KeyError as missing:
            told = f"{exchange.id} needs {missing}, which no answer gave. `manage.py reset_demo` puts the demo back in order."
            raise CannotPlay(told) from missing
        yield Played(exchange, received(response, base), dict(client.variables))


def differences(profile: str, base: str, expected: dict[str, Answer]) -> Iterator[tuple[Exchange, Answer, str]]:
    """Every exchange with the expected answer's difference from what came; empty where there is none."""
    for played in play(profile, base):
        yield played.exchange, played.answer, difference(expected[played.exchange.id], played.answer)


def find(profile: str) -> str:
    """The address of a site of this machine that runs the profile: where the demo starts it, or a port near by."""
    usual = address(profile)
    near = [f"http://127.0.0.1:{port}" for port in range(FIRST_PORT, FIRST_PORT + 2 * len(PROFILES))]
    for base in [usual, *near]:
        if runs(base) == profile:
            return base
    raise CannotPlay(f"No site near {usual} runs the profile {profile}. {START}")


def runs(base: str) -> str:
    """The profile of the site at an address; empty where none of this project answers."""
    try:
        return str(requests.get(f"{base}/auth/", timeout=10).json()["profile"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return ""
