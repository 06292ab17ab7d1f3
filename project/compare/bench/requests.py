"""Reads and sign-ins: each request through the whole WSGI handler of its site, as a ratio to the floor's."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from project.compare.bench.results import CPU, INSTRUCTIONS, Figure, Group, Measure
from project.compare.bench.sites import FLOOR, Bench, Prepared

Tell = Callable[[str], None]

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

    def count(name: str) -> dict[str, float]:
        (site,) = bench.prepared([name], callgrind=True)
        for kind in kinds:
            site.running.do("work", **site.work(kind, WARM[kind]))
        idle = site.running.instructions(**site.work(kinds[0], 0))
        counts = {kind: (site.running.instructions(**site.work(kind, COUNTED[kind])) - idle) / COUNTED[kind] for kind in kinds}
        site.running.stop()
        tell(f"{name}: {counts['read'] / 1e6:.2f} million instructions a read")
        return counts

    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(names, pool.map(count, names), strict=True))
    for name in names:
        for kind in kinds:
            yield Figure(kind, name, "instructions", found[name][kind] / found[FLOOR][kind])


def cpu(sites: Sequence[Prepared], tell: Tell, kinds: Sequence[str], rounds: int) -> Iterator[Figure]:
    """CPU time, sites in turn, round after round, each round beginning with the next: the median of the rounds' ratios."""
    for site in sites:
        for kind in kinds:
            if kind in site.requests:
                site.running.do("work", **site.work(kind, WARM[kind]))
    taken: list[dict[tuple[str, str], float]] = []
    for number in range(rounds):
        tell(f"CPU time: round {number + 1} of {rounds}")
        first = number % len(sites)
        taken.append(
            {
                (site.name, kind): site.running.do("work", **site.work(kind, ROUND[kind]))["cpu"]
                for site in [*sites[first:], *sites[:first]]
                for kind in kinds
                if kind in site.requests
            }
        )
    for site in sites:
        for kind in kinds:
            if kind in site.requests:
                floor = "read" if kind == "login" else kind
                ratios = [one[site.name, kind] / one[FLOOR, floor] for one in taken]
                yield Figure(kind, site.name, "cpu", statistics.median(ratios), min(ratios), max(ratios))


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
