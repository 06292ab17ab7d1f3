"""A run of the bench: the groups that were asked for, one after the other."""

import importlib.metadata
import platform
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec

from project.compare import engine
from project.compare.bench import clearing, day, growth, requests, web
from project.compare.bench.requests import Tell
from project.compare.bench.results import Figure, Run
from project.compare.bench.sites import FLOOR, Bench, Prepared, peers, same
from schemes import SCHEMES

ROUNDS = 9
PACKAGES = (
    "django",
    "djangorestframework",
    "djangorestframework-simplejwt",
    "django-oauth-toolkit",
    "django-rest-knox",
    "granian",
    "gunicorn",
)


def run(groups: Collection[str], quick: bool, tell: Tell, names: Collection[str] = ()) -> Run:
    """Of all sites, or of those in `names`, some of `everything`; the floor is always among them.

    Raises `sites.Wrong` where a site does not answer as it must.
    """
    began, made = time.monotonic(), datetime.now(UTC)
    wanted = [name for name in (SCHEMES if quick else everything()) if not names or name in names]
    with Bench() as bench:
        figures = list(ask(bench, groups, wanted, quick, tell))
    return Run(
        made=made.isoformat(timespec="seconds"),
        commit=engine.commit(),
        seconds=round(time.monotonic() - began, 1),
        machine=engine.machine(),
        versions={"python": platform.python_version()} | dict(_versions()),
        notes=list(left_out(groups, quick, names)),
        figures=figures,
    )


def everything() -> list[str]:
    """Every site that can be measured: our profiles, the stock peers, and what only has a command that clears."""
    return list(dict.fromkeys([*SCHEMES, *peers(), *clearing.COMMANDS]))


def counts() -> bool:
    """Whether instructions can be counted here."""
    return all(map(shutil.which, ("valgrind", "callgrind_control")))


def left_out(groups: Collection[str], quick: bool, names: Collection[str] = ()) -> Iterator[str]:
    """What this machine, or this form of the run, does without."""
    if quick:
        yield "The short form: the floor and our profiles alone."
    elif "knox" not in peers() and not names and set(groups) & {"read", "list", "login", "growth"}:
        yield "django-rest-knox is not installed, so that peer was left out; requirements-dev.txt has it."
    if not counts() and set(groups) & {*requests.COUNTED, "growth"}:
        yield "valgrind is not installed, so CPU instructions were not counted: CPU time alone tells, and swings more."
    if "servers" in groups and not find_spec("gunicorn"):
        yield "gunicorn is not installed, so servers were not compared; requirements-dev.txt has it."
    elif "servers" in groups and not shutil.which("wrk"):
        yield "wrk is not installed, so our own client asked the servers, which takes more of the machine."


def ask(bench: Bench, groups: Collection[str], wanted: Sequence[str], quick: bool, tell: Tell) -> Iterator[Figure]:
    """Group by group; the short form leaves CPU time out where instructions are counted."""
    names = [name for name in wanted if name in SCHEMES or name in peers()]
    kinds = [kind for kind in ("read", "list", "login") if kind in groups]
    counted = [kind for kind in kinds if kind in requests.COUNTED]
    if counted and counts():
        yield from requests.instructions(bench, [FLOOR, *names], tell, counted)
    if kinds:
        sites: list[Prepared] = []
        for site in bench.prepared([FLOOR, *names]):
            same(sites[0] if sites else site, site)
            tell(f"{site.name}: answers as it must")
            sites.append(site)
        if "read" in kinds:
            yield from requests.reads(sites)
        if "login" in kinds:
            yield from requests.logins(sites)
        if not (quick and counts()):
            yield from requests.cpu(sites, tell, kinds, ROUNDS)
        for site in sites:
            site.running.stop()
    if "day" in groups:
        yield from day.measure(bench, [name for name in names if name in SCHEMES], tell)
    if "growth" in groups:
        yield from growth.measure(bench, [name for name in names if name in (*SCHEMES, "knox")], tell, ROUNDS, counts())
    if "prune" in groups:
        yield from clearing.measure(bench, [name for name in clearing.COMMANDS if name in wanted], tell)
    if "servers" in groups and find_spec("gunicorn"):
        yield from web.measure(bench, tell)


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
