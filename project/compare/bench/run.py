"""A run of the bench: the groups that were asked for, one after the other."""

import importlib.metadata
import platform
import shutil
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from project.compare import engine
from project.compare.bench import requests
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


def run(groups: Collection[str], quick: bool, tell: Tell) -> Run:
    """Raises `sites.Wrong` where a site does not answer as it must."""
    began, made = time.monotonic(), datetime.now(UTC)
    notes = list(left_out(quick))
    with Bench() as bench:
        figures = list(ask(bench, groups, quick, tell))
    return Run(
        made=made.isoformat(timespec="seconds"),
        commit=engine.commit(),
        seconds=round(time.monotonic() - began, 1),
        machine=engine.machine(),
        versions={"python": platform.python_version()} | dict(_versions()),
        notes=notes,
        figures=figures,
    )


def counts() -> bool:
    """Whether instructions can be counted here."""
    return all(map(shutil.which, ("valgrind", "callgrind_control")))


def left_out(quick: bool) -> Iterator[str]:
    """What this machine, or this form of the run, does without."""
    if quick:
        yield "The short form: the floor and our profiles alone."
    elif "knox" not in peers():
        yield "django-rest-knox is not installed, so that peer was left out."
    if not counts():
        yield "valgrind is not installed, so CPU instructions were not counted: CPU time alone tells, and swings more."


def ask(bench: Bench, groups: Collection[str], quick: bool, tell: Tell) -> Iterator[Figure]:
    names = [FLOOR, *SCHEMES, *([] if quick else peers())]
    kinds = [kind for kind in ("read", "list") if kind in groups]
    if kinds and counts():
        yield from requests.instructions(bench, names, tell, kinds)
    if kinds or "login" in groups:
        sites: list[Prepared] = []
        for site in bench.prepared(names):
            same(sites[0] if sites else site, site)
            tell(f"{site.name}: answers as it must")
            sites.append(site)
        if "read" in groups:
            yield from requests.reads(sites)
        if "login" in groups:
            yield from requests.logins(sites)
        if not (quick and counts()):
            timed = [kind for kind in ("read", "list", "login") if kind in groups]
            yield from requests.cpu(sites, tell, timed, ROUNDS)
        for site in sites:
            site.running.stop()


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
