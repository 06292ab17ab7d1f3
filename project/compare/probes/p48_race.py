"""One person votes, moves and withdraws many times at once, while others vote.

A good site counts one vote a person whatever comes at once, and has no error of its own.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests

from project.compare.attack import Attack, Trial
from project.compare.client import Client
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P48",
    title="Voting many times at once",
    steps="Twenty-four requests at once: one person votes, moves and withdraws twelve times, three others vote four times "
    "each; then compare the sum of the counted votes with the number of people who have one.",
    why="What is checked first and done later can be done twice in between.",
    source="ASVS 2.3.3, 2.3.4, 15.4.2, CWE-362",
)


def probe(site: Subject, trial: Trial) -> None:
    mover, *others = people = [site.newcomer() for _ in range(4)]
    before = counted(mover)
    acts: list[Callable[[], requests.Response]] = []
    for number in range(4):
        acts += [lambda: vote(mover, 1), lambda: vote(mover, 2), lambda: mover.ask("DELETE", VOTE)]
        acts += [lambda person=person, number=number: vote(person, number % 2 + 1) for person in others]  # type: ignore[misc]
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(lambda act: act(), acts))
    have = [person for person in people if person.ask("GET", VOTE).status_code == 200]
    same = counted(mover) - before == len(have) and set(others) <= set(have)
    trial.note("the sum of the votes", withstood=same, seen="one a person" if same else "not one a person")


def vote(person: Client, choice: int) -> requests.Response:
    return person.ask("PUT", VOTE, json={"choice": choice})


def counted(person: Client) -> int:
    """How many votes the question has."""
    return sum(choice["votes"] for choice in person.ask("GET", READ).json()["choices"])
