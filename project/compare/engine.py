"""Compares profiles: starts each for real, checks it, puts the same questions to all of them, and gathers the answers.

    command -> Laboratory -> verify -> measures and probes, profile by profile -> load, all in turn -> Comparison

A profile that does not start, breaks what it promises or breaks down on the way is a column that says so; the others go on.
"""

import importlib.metadata
import os
import platform
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from threading import Event

from project.compare.attack import Bystander, attack
from project.compare.cures import CURES
from project.compare.laboratory import FLOOR, Laboratory, Subject
from project.compare.measures import code, load, server, wire
from project.compare.measures import time as over_time
from project.compare.probes import PROBES
from project.compare.results import Cell, Comparison, Profile, Row
from project.compare.servers import ROOT
from project.compare.verify import broken_promises
from schemes import PROFILES, STOCK
from schemes.story import card

PACKAGES = (
    "django", "djangorestframework", "djangorestframework-simplejwt", "pyjwt", "django-oauth-toolkit", "oauthlib",
    "argon2-cffi", "granian", "time-machine",
)  # fmt: skip
AT_ONCE = 2
"""Profiles examined beside each other, where no time is taken."""
QUICK = {row.id for row in load.ROWS} | {"server-rows-100", "server-bytes-100"}
"""What a quick run leaves out."""

Tell = Callable[[str, str], None]
"""Called with the name of a profile, or nothing, and what is done."""


class Stopped(Exception):
    """The run was interrupted; whoever works for it must not go on."""


def rows(groups: Collection[str], quick: bool, only: Collection[str] = ()) -> list[Row]:
    """What is asked; `only` names some of it."""
    every = (*wire.ROWS, *server.ROWS, *over_time.ROWS, *(probe.ATTACK.row for probe in PROBES), *load.ROWS, *code.ROWS)
    return [row for row in every if row.group in groups and not (quick and row.id in QUICK) and (not only or row.id in only)]


def compare(profiles: Sequence[str], groups: set[str], quick: bool, tell: Tell, only: Collection[str] = ()) -> Comparison:
    """Everything from starting the sites to ending them. Interrupted, it leaves no process and no file behind.

    `only` names rows: of the attacks no other is made, of a measure no other figure is told.
    """
    began, made = time.monotonic(), datetime.now(UTC)
    loaded = "load" in groups and not quick
    stopped = Event()
    failed: dict[str, str] = {}
    cells: list[Cell] = []
    method = {
        "server": "Each profile is served by granian in a process of its own, on loopback, over SQLite, DEBUG off.",
        "hashes": "Passwords are hashed as in production where times are taken, quickly where only verdicts are.",
        "time": "The sites' clocks are moved (time-machine), not waited for.",
    }
    with Laboratory([*profiles, *([FLOOR] if loaded else [])], lambda line: tell("", line), "attack" in groups) as laboratory:
        failed |= laboratory.failed
        subjects = [laboratory.subjects[name] for name in profiles if name not in failed]
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            work = {site.profile: pool.submit(_examine, site, groups, quick, tell, stopped, only) for site in subjects}
            wait(work.values())
            for site in subjects:
                failed |= _gather(site.profile, work[site.profile], cells)
            if loaded and FLOOR not in failed:
                whole = [site for site in subjects if site.profile not in failed]
                found, said = load.measure(whole, laboratory.subjects[FLOOR], lambda line: tell("", line))
                cells += found
                method |= said
        finally:
            stopped.set()
            laboratory.stop()  # whoever still asks is refused a connection, and ends
            pool.shutdown(cancel_futures=True)
    failed.pop(FLOOR, None)
    asked = rows(groups, quick, only)
    told = {row.id for row in asked}
    return Comparison(
        made=made.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 1),
        commit=commit(),
        machine=machine(),
        versions={"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in PACKAGES},
        method=method,
        profiles=[_profile(name, failed.get(name, "")) for name in profiles],
        rows=asked,
        cells=[cell for cell in cells if cell.profile not in failed and cell.row in told],
        cures=CURES,
    )


def _gather(profile: str, work: "Future[list[Cell]]", cells: list[Cell]) -> dict[str, str]:
    """Keep what one profile answered, or return why it did not."""
    error = work.exception()
    if error is None:
        cells += work.result()
        return {}
    return {profile: str(error) if isinstance(error, BrokenPromise) else f"It broke down: {type(error).__name__}: {error}"}


class BrokenPromise(Exception):
    """What a profile does not do as its card says; nothing is measured then."""


def _examine(site: Subject, groups: set[str], quick: bool, tell: Tell, stopped: Event, only: Collection[str]) -> list[Cell]:
    """Every answer of one profile."""
    tell(site.profile, "contract")
    broken = broken_promises(site)
    if broken:
        raise BrokenPromise("It breaks its promises. " + " ".join(broken))
    cells: list[Cell] = []
    for group, cell in _answers(site, groups, quick, only):
        if stopped.is_set():
            raise Stopped
        cells.append(cell)
        tell(site.profile, f"{group} {cell.row}")
    return cells


def _answers(site: Subject, groups: set[str], quick: bool, only: Collection[str]) -> Iterator[tuple[str, Cell]]:
    """In an order that lets nothing disturb what comes after: the measures over time change the site's keys in the end, and
    whatever takes times needs slow hashes."""
    if "wire" in groups:
        yield from (("wire", cell) for cell in wire.measure(site))
    if "server" in groups:
        yield from (("server", cell) for cell in server.measure(site, quick))
    if "code" in groups:
        yield from (("code", cell) for cell in code.measure(site))
    if "attack" in groups:
        yield from (("attack", cell) for cell in _attacks(site, only, times=False))
    if "time" in groups:
        yield from (("time", cell) for cell in over_time.measure(site))
    if not groups & {"server", "attack", "load"}:
        return
    site.take_time()
    if "server" in groups:
        yield "server", server.share(site)
    if "attack" in groups:
        yield from (("attack", cell) for cell in _attacks(site, only, times=True))


def _attacks(site: Subject, only: Collection[str], times: bool) -> Iterator[Cell]:
    bystander = Bystander(site)
    for probe in PROBES:
        if probe.ATTACK.times == times and (not only or probe.ATTACK.id in only):
            yield attack(site, bystander, probe)


def _profile(name: str, failed: str) -> Profile:
    return Profile(name, PROFILES[name][0], card(name).title, name in STOCK.values(), failed)


def commit() -> str:
    """Of the work tree, with a star where it is changed; nothing where there is no git."""
    try:
        command = ["git", "describe", "--always", "--dirty=*", "--exclude=*"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine() -> dict[str, str]:
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
    }
