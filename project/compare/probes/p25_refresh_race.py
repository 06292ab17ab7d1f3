"""One refresh token is used six times in the same moment, to come out with several living credentials.

A good site lets one of them win at most, refuses the others, and breaks down for none.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from project.compare.attack import Attack, Trial
from project.compare.client import Client
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P25",
    title="Six refreshes at once",
    steps="Send one refresh token six times at once, in up to three rounds; count who gets something, and what of it works.",
    why="A rule that holds for one request after another, and not for two at once, does not hold for a thief who waits.",
    source="CWE-362, ASVS 15.4.2",
)
ROUNDS, AT_ONCE = 3, 6


def probe(site: Subject, trial: Trial) -> None:
    step = site.scheme.refresh
    if not step:
        trial.does_not_apply("It renews nothing.")
    winners = usable = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(ROUNDS):
            person, barrier = site.newcomer(), Barrier(AT_ONCE)
            runners = [person.copy() for _ in range(AT_ONCE)]

            def race(runner: Client, barrier: Barrier = barrier) -> bool:
                barrier.wait()
                return runner.do(step).ok

            won = [runner for runner, ok in zip(runners, pool.map(race, runners), strict=True) if ok]
            working = [runner for runner in won if runner.ask("GET", READ).status_code == 200]
            winners = max(winners, len(won))
            usable = max(usable, len({runner.fill(" ".join(site.scheme.read.values())) for runner in working}))
            if winners > 1:
                break
    trial.note("answers that give a credential", winners <= 1, many(winners))
    trial.note("credentials that work afterwards", usable <= 1, many(usable))


def many(count: int) -> str:
    return "more than one" if count > 1 else "one at most"
