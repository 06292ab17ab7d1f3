"""Reads and sign-ins: each request through the whole WSGI handler of its site, as a ratio to the floor's."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from project.compare.bench.results import CPU, INSTRUCTIONS, Figure, Group, Measure
from project.compare.bench.sites import FLOOR, Bench, Prepared

Tell = Callable[[str], None]
Case = TypeVar("Case")
Answer = TypeVar("Answer")

READ = Group(
    "Read one question",
    "GET of one question with its three choices. 1.00× is the floor: the same bytes from stock REST framework that lets "
    "everybody in.",
    {
        "instructions": INSTRUCTIONS,
        "cpu": CPU,
        "share": Measure("authentication's part of the CPU time", "%", digits=0),
        "statements": Measure("SQL statements", "", digits=0, gate=True),
        "bytes": Measure("the credential's header", "bytes", digits=0),
    },
)
LIST = Group(
    "Read a list of 20",
    "GET of 20 questions with their choices. 1.00× is the same list from the floor.",
    {"instructions": INSTRUCTIONS, "cpu": CPU},
)
LOGIN = Group(
    "Sign in",
    "Name and password for a credential. 1.00× is one read of the floor; the password's hash, slow by design, is counted "
    "and left out.",
    {
        "statements": Measure("SQL statements", "", digits=0, gate=True),
        "hashes": Measure("slow hashes", "", digits=0, gate=True),
        "cpu": Measure("CPU time without the hash"),
    },
)
WARM = {"read": 15, "list": 4, "login": 1}
"""Requests before anything is counted: caches fill, connections open, Python specializes its bytecode."""
COUNTED = {"read": 30, "list": 8}
"""Requests that are counted under callgrind: it repeats to a few tenths of a percent."""
ROUND = {"read": 25, "list": 5, "login": 1}
"""Requests of each site in a round, in which the sites take turns."""


def instructions(bench: Bench, names: Sequence[str], tell: Tell, kinds: Sequence[str]) -> Iterator[Figure]:
    """Every site under callgrind, two at a time: instructions do not depend on what else the machine does."""

    def ask(name: str) -> dict[str, float]:
        (site,) = bench.prepared([name], callgrind=True)
        found = counted(site, kinds)
        tell(f"{name}: {', '.join(f'{count / 1e6:.2f} million instructions a {kind}' for kind, count in found.items())}")
        return found

    found = dict(zip(names, in_pairs(ask, names), strict=True))
    for name in names:
        for kind in kinds:
            yield Figure(kind, name, "instructions", found[name][kind] / found[FLOOR][kind])


def in_pairs(ask: Callable[[Case], Answer], cases: Sequence[Case]) -> list[Answer]:
    """What each case answers, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(ask, cases))


def counted(site: Prepared, kinds: Sequence[str]) -> dict[str, float]:
    """Instructions of one request of each kind, without those of the order; the site ends."""
    for kind in kinds:
        site.running.do("work", **site.work(kind, WARM[kind]))
    idle = site.running.instructions(**site.work(kinds[0], 0))
    found = {kind: (site.running.instructions(**site.work(kind, COUNTED[kind])) - idle) / COUNTED[kind] for kind in kinds}
    site.running.stop()
    return found


def cpu(sites: Sequence[Prepared], tell: Tell, kinds: Sequence[str], rounds: int) -> Iterator[Figure]:
    """CPU time as a ratio to the floor's in the same round."""
    floor = next(site for site in sites if site.name == FLOOR)
    taken = turns(sites, tell, kinds, rounds)
    for site, kind in taken[0]:
        base = "read" if kind == "login" else kind
        yield Figure(kind, site.name, "cpu", *spread([one[site, kind] / one[floor, base] for one in taken]))


def turns(
    sites: Sequence[Prepared], tell: Tell, kinds: Sequence[str], rounds: int, longer: int = 1
) -> list[dict[tuple[Prepared, str], float]]:
    """CPU seconds of a request: sites take turns, round after round, each round beginning with the next."""
    asked = {site: [kind for kind in kinds if kind in site.requests] for site in sites}
    for site in sites:
        for kind in asked[site]:
            site.running.do("work", **site.work(kind, WARM[kind]))
    taken = []
    for number in range(rounds):
        tell(f"CPU time: round {number + 1} of {rounds}")
        first = number % len(sites)
        turn = [*sites[first:], *sites[:first]]
        taken.append(
            {
                (site, kind): site.running.do("work", **site.work(kind, longer * ROUND[kind]))["cpu"]
                for site in turn
                for kind in asked[site]
            }
        )
    return taken


def spread(ratios: Sequence[float]) -> tuple[float, float, float]:
    """The median, the lowest and the highest."""
    return statistics.median(ratios), min(ratios), max(ratios)


def reads(sites: Sequence[Prepared]) -> Iterator[Figure]:
    """What one look tells: how many statements a read takes, who took the time, how long the credential is."""
    for site in sites:
        yield Figure("read", site.name, "statements", len(site.running.do("statements", request=site.requests["read"][0])))
        yield Figure("read", site.name, "bytes", site.credential_bytes)
        share = site.running.do("share", requests=site.requests["read"], times=4 * ROUND["read"])["share"]
        yield Figure("read", site.name, "share", 100 * share)


def logins(sites: Sequence[Prepared]) -> Iterator[Figure]:
    for site in sites:
        if "login" in site.requests:
            site.running.do("work", **site.work("login", WARM["login"]))
            (request,) = site.requests["login"]
            yield Figure("login", site.name, "statements", len(site.running.do("statements", request=request)))
            yield Figure("login", site.name, "hashes", site.running.do("work", **site.work("login", 1))["hashes"])
