"""Growth: what a read costs once there have been a million sign-ins, or once one person has a thousand of them."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from project.compare.bench import rows
from project.compare.bench.requests import Tell, counted, in_pairs, spread, turns
from project.compare.bench.results import Figure, Group, Measure
from project.compare.bench.sites import Bench, Prepared, prepare, scheme
from project.compare.laboratory import PASSWORD

FEW, MANY = 1_000, 1_000_000
"""Credentials in the table."""
ONE_PERSONS = 1_000
"""Credentials that one person has besides the one in use."""
IN_USE = 5
"""Different credentials that the requests carry in turn."""
LONGER = 4
"""Times as many requests a round as elsewhere: what is looked for here is small."""


@dataclass(frozen=True)
class Case:
    """A site on a database, and who signs in to it how often."""

    name: str
    database: Path
    username: str
    sign_ins: int


GROWTH = Group(
    "Growth",
    f"A read with {MANY:,} credentials in the table, as a ratio to the same read with {FEW:,}; and one by somebody who has "
    f"{ONE_PERSONS:,} credentials, as a ratio to somebody who has one.",
    {
        "table": Measure("a million in the table, CPU instructions", gate=True),
        "table_cpu": Measure("CPU time"),
        "user": Measure("a thousand of one person, CPU instructions", gate=True),
        "user_cpu": Measure("CPU time"),
    },
)


def measure(bench: Bench, names: Sequence[str], tell: Tell, rounds: int, counts: bool) -> Iterator[Figure]:
    """One scheme after the other, for databases of a million rows take room."""
    for name in names:
        for side in ("table", "user"):
            tell(f"{name}: making the rows for the growth of the {side}")
            pair = _pair(bench, name, side)
            if counts:
                few, many = in_pairs(lambda case: counted(_ready(bench, case, callgrind=True), ["read"])["read"], pair)
                yield Figure("growth", name, side, many / few)
            small, large = sites = [_ready(bench, case) for case in pair]
            ratios = [one[large, "read"] / one[small, "read"] for one in turns(sites, tell, ["read"], rounds, LONGER)]
            yield Figure("growth", name, f"{side}_cpu", *spread(ratios))
            for site, case in zip(sites, pair, strict=True):
                site.running.stop()
                case.database.unlink()


def _pair(bench: Bench, name: str, side: str) -> tuple[Case, Case]:
    """The small case and the large one."""
    if side == "user":
        large = _filled(bench, name, ONE_PERSONS, users=1)
        return Case(name, bench.database(name), "student01", 1), Case(name, large, "member1", 1)
    few, many = _filled(bench, name, FEW), _filled(bench, name, MANY)
    return Case(name, few, "student01", IN_USE), Case(name, many, "student01", IN_USE)


def _filled(bench: Bench, name: str, credentials: int, users: int = FEW) -> Path:
    database = bench.database(name)
    rows.fill(database, name, credentials, users=users)
    return database


def _ready(bench: Bench, case: Case, callgrind: bool = False) -> Prepared:
    basic = b64encode(f"{case.username}:{PASSWORD}".encode()).decode()
    who = {"username": case.username, "password": PASSWORD, "basic": basic}
    return prepare(bench.start(case.name, case.database, callgrind), scheme(case.name), case.sign_ins, **who)
