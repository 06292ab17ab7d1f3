"""A day of a million people: what each profile asks of the machines behind it, from the measured cost of single requests."""

import os
import sqlite3
import statistics
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from project.compare.bench import rows
from project.compare.bench.requests import Tell
from project.compare.bench.results import Figure, Group, Measure
from project.compare.bench.sites import Bench, Caller, Wrong, scheme
from project.settings import of
from schemes.contract import Scheme, Step
from schemes.story import READ, VOTE

PEOPLE = 1_000_000
VISITS, READS, VOTES = 4, 20, 1
"""Of one person, a day."""
SECONDS = 86_400
ROUNDS, WARM = 12, 3
"""Dialogues from sign-in to logout, and how many of them at first don't count."""
FILLED = 100_000
"""Credentials by which the size of one is measured."""

DAY = Group(
    f"A day of {PEOPLE:,} people",
    f"Each comes {VISITS} times a day, reads {READS} questions, votes {VOTES} time, renews at each visit where access tokens "
    "are short-lived, and signs in anew when a sign-in's lifetime is over. Statements are counted, CPU time is this machine's, "
    "SQLite's included, the hash of the password apart; rows and bytes, indexes included, are those of sign-ins that live.",
    {
        "sign_ins": Measure("sign-ins of one person", "a day"),
        "login": Measure("statements: sign-in", "", digits=0),
        "refresh": Measure("renewal", "", digits=0),
        "read": Measure("read", "", digits=0),
        "vote": Measure("vote", "", digits=0),
        "logout": Measure("logout", "", digits=0),
        "statements": Measure("statements a second, on average", "", digits=0),
        "cpu": Measure("CPU time without hashes", "hours", digits=1),
        "hashes": Measure("CPU time of hashes", "hours", digits=1),
        "rows": Measure("rows that live, millions", ""),
        "bytes": Measure("GB that they take", ""),
    },
)
VERBS = ("login", "refresh", "read", "vote", "logout")


def measure(bench: Bench, names: Sequence[str], tell: Tell) -> Iterator[Figure]:
    for name in names:
        tell(f"{name}: what each verb costs")
        costs, made = dialogues(bench, name)
        size = bytes_of_one(bench, name)
        lifetime = longest(name) / SECONDS
        sign_ins = 1 / lifetime
        times = {"login": sign_ins, "refresh": VISITS, "read": READS, "vote": VOTES, "logout": 0}
        hours = PEOPLE / 3600
        found = {verb: costs[verb]["statements"] for verb in VERBS if verb in costs}
        found |= {
            "sign_ins": sign_ins,
            "statements": sum(times[verb] * costs[verb]["statements"] for verb in costs) * PEOPLE / SECONDS,
            "cpu": sum(times[verb] * costs[verb]["cpu"] for verb in costs) * hours,
            "hashes": sum(times[verb] * costs[verb]["hash_cpu"] for verb in costs) * hours,
            "rows": made * PEOPLE / 1e6,
            "bytes": size * PEOPLE / 1e9,
        }
        for what, value in found.items():
            yield Figure("day", name, what, value)


def longest(name: str) -> int:
    """Seconds after which the person has to sign in again."""
    settings = of(name)
    return max(settings[setting] for setting in scheme(name).lifetimes.values())


def dialogues(bench: Bench, name: str) -> tuple[dict[str, dict[str, float]], float]:
    """Verb -> its median cost; and how many rows a sign-in leaves. Raises Wrong where a verb is not answered as it must be."""
    database, card = bench.database(name), scheme(name)
    with bench.running(name, database) as running:
        one = [dialogue(Caller(running, card), card) for _ in range(ROUNDS)][WARM:]
        before, client = count(database), Caller(running, card)
        for _ in range(ROUNDS):
            client.login()
        made = (count(database) - before) / ROUNDS
    return {
        verb: {what: statistics.median(costs[verb][what] for costs in one) for what in cost} for verb, cost in one[0].items()
    }, made


def dialogue(client: Caller, card: Scheme) -> dict[str, dict[str, float]]:
    """One person from sign-in to logout. The vote is a new one: it is taken back, and that is not counted."""
    steps = {
        "login": card.login,
        "refresh": card.refresh,
        "read": Step("GET", READ, "", card.read),
        "vote": Step("PUT", VOTE, "", card.write, {"choice": "1"}),
        "logout": card.logout,
    }
    if card.before:
        client.do(card.before)
    costs = {}
    for verb, step in steps.items():
        if step:
            answer = client.do(step)
            if answer.status_code != step.status:
                raise Wrong(f"{client.running.name}: {verb} answers {answer.status_code}: {answer.text[:200]}")
            costs[verb] = client.cost
            if verb == "vote" and client.ask("DELETE", VOTE).status_code != 204:
                raise Wrong(f"{client.running.name}: a vote was not there to be taken back.")
    return costs


def count(database: Path) -> int:
    """All rows."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables)  # noqa: S608


def bytes_of_one(bench: Bench, name: str) -> float:
    """What the file grows by for each sign-in that it keeps, indexes included."""
    few, many = bench.database(name), bench.database(name)
    rows.fill(few, name, 1)
    rows.fill(many, name, FILLED)
    grown = os.path.getsize(many) - os.path.getsize(few)
    for database in (few, many):
        database.unlink()
    return grown / FILLED
