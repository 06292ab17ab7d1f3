"""In load: how fast a profile answers one busy client, as a ratio to the same endpoint open to everybody.

The client is a process of its own with a connection that is kept. Profiles take turns, round after round, each round beginning
with the next, so that whatever else the machine does meets all of them; the open site is asked twice in each round, at
opposite places, and what differs between the two is noise. A wrong status ends the run: a refusal is fast, and worth nothing.

    python -m project.compare.measures.load < jobs.json

does the jobs one after the other and prints of each, on a line of its own, how many seconds every request took.
"""

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any

from project.compare.client import Client
from project.compare.laboratory import FLOOR, Subject
from project.compare.results import Cell, Row
from project.compare.servers import ROOT
from schemes.contract import Step
from schemes.story import READ, VOTE

ROUNDS = 8
SECONDS = 0.3
"""For each kind of request, profile and round."""
KINDS = {"read": "an authenticated read", "vote": "a vote", "login": "a sign-in"}
FIGURES = {"rate": "Requests a second", "p50": "Median time", "p95": "95th percentile of the time", "p99": "99th percentile"}
HOW = (
    f"One kept connection, one request after the other, {SECONDS} s in each of {ROUNDS} rounds, profiles in turn; "
    "the median of the rounds' ratios, with the lowest and the highest."
)
WHY = {
    "rate": "What is left for your users of the same machine.",
    "p50": "What most requests feel.",
    "p95": "What one request in twenty feels.",
    "p99": "What one request in a hundred feels; on a busy machine mostly the machine.",
}
ROWS = (
    *(
        Row(
            f"load-{kind}-{figure}",
            "load",
            f"{title} of {KINDS[kind]}",
            "×",
            f"{HOW} 1.00× is the same request to the site that is open to everybody.",
            WHY[figure],
            timing=True,
        )
        for kind in ("read", "vote")
        for figure, title in FIGURES.items()
    ),
    Row(
        "load-login-rate",
        "load",
        "Sign-ins a second",
        "×",
        f"{HOW} 1.00× is an open read: there is no sign-in without a scheme.",
        "Password hashing is meant to be slow; whoever does it twice has half as many.",
        timing=True,
    ),
)
Job = dict[str, Any]
Round = dict[tuple[str, str], dict[str, float]]
"""(Profile, kind of request) -> its figures."""
AGAIN = f"{FLOOR} again"


def prepare(site: Subject) -> dict[str, Job]:
    """The requests of each kind that `site` will get, exactly as they will be sent, and the status that is right."""
    client = site.visitor()
    scheme = site.scheme
    jobs: dict[str, Job] = {}
    if site.profile == FLOOR:
        read: dict[str, str] = {}
        write: dict[str, str] = {}
    else:
        if scheme.login:
            if scheme.before:
                client.do(scheme.before)
            jobs["login"] = make_job(client, [scheme.login], scheme.login.status)
        client.login()
        read, write = client.filled(scheme.read), client.filled(scheme.write)
    jobs["read"] = make_job(client, [Step("GET", READ, "", read)], 200)
    jobs["vote"] = make_job(client, [Step("PUT", VOTE, "", write, {"choice": choice}) for choice in ("1", "2")], 200)
    return jobs


def make_job(client: Client, steps: Iterable[Step], status: int, seconds: float = SECONDS) -> Job:
    """What a client asks, one after the other and again, for so long."""
    requests = [client.written(step) for step in steps]
    return {"address": client.address.removeprefix("http://"), "requests": requests, "status": status, "seconds": seconds}


def send(job: Job) -> list[float]:
    """Seconds of each request. Raises RuntimeError at a status that is not the one of the job."""
    connection = http.client.HTTPConnection(job["address"], timeout=60)
    taken: list[float] = []
    warm, end, number = 2, float("inf"), 0
    while time.perf_counter() < end or not taken:
        method, path, headers, body = job["requests"][number % len(job["requests"])]
        number += 1
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        ended = time.perf_counter()
        if answer.status != job["status"]:
            raise RuntimeError(f"{method} {path} answered {answer.status}, not {job['status']}.")
        if number > warm:
            taken.append(ended - began)
        elif number == warm:
            end = ended + job["seconds"]
    connection.close()
    return taken


def in_a_process_of_its_own(jobs: list[Job]) -> Generator[list[float]]:
    """What each job took, as soon as it is done. Raises RuntimeError at a wrong status."""
    command = [sys.executable, "-m", __spec__.name]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            process.stdin.write(json.dumps(jobs))  # type: ignore[union-attr]
            process.stdin.close()  # type: ignore[union-attr]
            for line in process.stdout:  # type: ignore[union-attr]
                yield json.loads(line)
            if process.wait():
                raise RuntimeError(process.stderr.read().strip().splitlines()[-1])  # type: ignore[union-attr]
        finally:
            process.kill()


def figures(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return {"rate": len(times) / sum(times), "p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}


def measure(sites: Sequence[Subject], floor: Subject, tell: Callable[[str], None]) -> tuple[list[Cell], dict[str, str]]:
    """The cells of all profiles, and what is to be said of the run: its noise and its absolute figures."""
    jobs = {site.profile: prepare(site) for site in sites} | {FLOOR: prepare(floor)}
    half = len(sites) // 2
    circle = [FLOOR, *(site.profile for site in sites[:half]), AGAIN, *(site.profile for site in sites[half:])]
    turns = [circle[number % len(circle) :] + circle[: number % len(circle)] for number in range(ROUNDS)]
    kinds = {profile: jobs[FLOOR if profile == AGAIN else profile] for profile in circle}
    times = in_a_process_of_its_own([job for turn in turns for profile in turn for job in kinds[profile].values()])
    rounds: list[Round] = []
    for number, turn in enumerate(turns, start=1):
        tell(f"load: round {number} of {ROUNDS}")
        rounds.append({(profile, kind): figures(next(times)) for profile in turn for kind in kinds[profile]})
    times.close()
    cells = [cell for site in sites for cell in _cells(site.profile, rounds)]
    noise = sorted(found[AGAIN, "read"]["rate"] / found[FLOOR, "read"]["rate"] for found in rounds)
    rate = statistics.median(found[FLOOR, "read"]["rate"] for found in rounds)
    return cells, {
        "load": f"1.00× is the same endpoint open to everybody: {rate:.0f} reads a second, one connection, one process.",
        "noise": f"The open site against itself: {_short(statistics.median(noise))}× "
        f"({_short(noise[0])} to {_short(noise[-1])} in single rounds); a difference that is not larger means nothing.",
    }


def _open(found: Round, kind: str, figure: str) -> float:
    """What the open site did in this round: the mean of the two times that it was asked."""
    return (found[FLOOR, kind][figure] + found[AGAIN, kind][figure]) / 2


def _short(ratio: float) -> str:
    return f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}"


def _cells(profile: str, rounds: list[Round]) -> Iterator[Cell]:
    for row in ROWS:
        _, kind, figure = row.id.split("-")
        if (profile, kind) not in rounds[0]:
            yield Cell(row.id, profile, None, "–", "There is no signing in.")
            continue
        base = "read" if kind == "login" else kind
        ratios = sorted(found[profile, kind][figure] / _open(found, base, figure) for found in rounds)
        middle = statistics.median(ratios)
        absolute = statistics.median(found[profile, kind][figure] for found in rounds)
        told = f"{absolute:.0f} a second" if figure == "rate" else f"{absolute * 1000:.1f} ms"
        yield Cell(
            row.id, profile, round(middle, 4), f"{_short(middle)}×", told, spread=f"{_short(ratios[0])}-{_short(ratios[-1])}"
        )


if __name__ == "__main__":
    for job in json.load(sys.stdin):
        print(json.dumps(send(job)), flush=True)  # noqa: T201
