"""Servers: the same site behind each of them, two workers, eight connections that ask as fast as they are answered."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from project.compare.bench.requests import Tell, spread
from project.compare.bench.results import Figure, Group, Measure
from project.compare.bench.sites import Bench, Wrong, environment
from project.compare.client import Client
from project.compare.measures import load
from project.compare.servers import ACCESS_LOG, HOST, ROOT, SERVER, Site, free_ports
from schemes.contract import Step
from schemes.story import READ, card

WORKERS, CONNECTIONS, SECONDS, ROUNDS = 2, 8, 2, 6
GRANIAN = ["granian", "--host", HOST, "--workers", str(WORKERS), *SERVER, *ACCESS_LOG, "project.wsgi:application"]
GUNICORN = ["gunicorn", "--workers", str(WORKERS), "--access-logfile", "-", "project.wsgi:application"]
BASE = "gunicorn sync"
SERVERS = {
    BASE: GUNICORN,
    "gunicorn gthread, 4 threads": [*GUNICORN, "--worker-class", "gthread", "--threads", "4"],
    "granian, 2 threads": [*GRANIAN, "--blocking-threads", "2"],
    "granian, 4 threads": [*GRANIAN, "--blocking-threads", "4"],
    "granian as make serve has it": GRANIAN,
}
"""Name -> command, to which the port is added; of an option that is there twice the last one counts."""
PROFILES = ("token", "jwt")
WEB = Group(
    "Servers",
    f"Reads of one question, {WORKERS} workers, {CONNECTIONS} connections, {SECONDS} s in each of {ROUNDS} rounds, servers in "
    f"turn. 1.00× is {BASE} in the same round.",
    {
        "rate": Measure("requests a second (more is better)"),
        "cpu": Measure("the server's CPU time for a request"),
        "p99": Measure("99th percentile of the time"),
    },
)
TIMES = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


def measure(bench: Bench, tell: Tell) -> Iterator[Figure]:
    """All servers run all the time; those that wait cost nothing."""
    for profile in PROFILES:
        sites = {name: _start(bench, profile, command) for name, command in SERVERS.items()}
        try:
            jobs = {name: _job(site, profile) for name, site in sites.items()}
            rounds = []
            for number in range(ROUNDS + 1):
                tell(f"servers: {profile}, round {number} of {ROUNDS}" if number else f"servers: {profile}, warming up")
                first = number % len(sites)
                turn = [*sites, *sites][first : first + len(sites)]
                rounds.append({name: _load(sites[name], jobs[name]) for name in turn})
        finally:
            for site in sites.values():
                site.stop()
        for name in sites:
            for measure in rounds[1][name]:
                ratios = [one[name][measure] / one[BASE][measure] for one in rounds[1:]]
                yield Figure("servers", f"{profile}: {name}", measure, *spread(ratios))


def _start(bench: Bench, profile: str, command: list[str]) -> Site:
    """Raises DoesNotRun."""
    port = next(free_ports())
    where = ["--bind", f"{HOST}:{port}"] if command[0] == "gunicorn" else ["--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, *where],
        cwd=ROOT,
        env=os.environ | environment(profile, bench.database(profile)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    site = Site(profile, port, process, {})
    threading.Thread(target=site.hear, daemon=True).start()
    site.wait()
    return site


def _job(site: Site, profile: str) -> load.Job:
    client = Client(site.address, card(profile))
    client.login()
    return load.make_job(client, [Step("GET", READ, "", client.scheme.read)], 200, SECONDS)


def _load(site: Site, job: load.Job) -> dict[str, float]:
    """Requests a second, 99th percentile, and the CPU seconds of all processes of the server, where they can be read."""
    before = _cpu(site.process.pid)
    number, found = (_wrk if shutil.which("wrk") else _clients)(job)
    used = _cpu(site.process.pid) - before
    return found | ({"cpu": used / number} if used else {})


def _wrk(job: load.Job) -> tuple[int, dict[str, float]]:
    """Raises Wrong where any answer was none of success."""
    _, path, headers, _ = job["requests"][0]
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", str(job["seconds"]), "--latency"]
    command += [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    said = subprocess.run([*command, f"http://{job['address']}{path}"], capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx.*|Socket errors.*", said)
    if refused:
        raise Wrong(f"{job['address']}: {refused[0]}")
    percentile, number = re.search(r"99%\s+([\d.]+)(us|ms|s)", said), re.search(r"(\d+) requests in ([\d.]+)s", said)
    if not percentile or not number:
        raise Wrong(f"wrk said something else than it always does: {said[:300]}")
    found = {"rate": int(number[1]) / float(number[2]), "p99": float(percentile[1]) * TIMES[percentile[2]]}
    return int(number[1]), found


def _clients(job: load.Job) -> tuple[int, dict[str, float]]:
    """The same by our own client, in as many processes as there are connections."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        times = [times for (times,) in pool.map(lambda _: list(load.in_a_process_of_its_own([job])), range(CONNECTIONS))]
    together = load.figures([taken for one in times for taken in one])
    return sum(map(len, times)), {"rate": CONNECTIONS * together["rate"], "p99": together["p99"]}


def _cpu(group: int) -> float:
    """CPU ticks of all processes of a group; 0 where the system does not tell."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks
