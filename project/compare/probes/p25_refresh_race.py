"""One refresh token is used six times in the same moment, to come out with several living credentials.

A good site lets one of them win at most, refuses the others, and breaks down for none.
"""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, sleep

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P25",
    title="Six refreshes at once",
    steps="Send one refresh token six times at once, while the database keeps writers waiting; count who gets something, and "
    "what of it works.",
    why="A rule that holds for one request after another, and not for two at once, does not hold for a thief who waits.",
    source="CWE-362, ASVS 15.4.2",
)
AT_ONCE = 6


def probe(site: Subject, trial: Trial) -> None:
    step = site.scheme.refresh
    if not step:
        trial.does_not_apply("It renews nothing.")
    person = site.newcomer()
    began = perf_counter()
    person.do(step).raise_for_status()
    took = perf_counter() - began
    runners = [person.copy() for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool, site.busy():
        answers = [pool.submit(runner.do, step) for runner in runners]
        sleep(0.1 + AT_ONCE * took)  # by then they have looked the token up, and none has used it
    winners = [runner for runner, answer in zip(runners, answers, strict=True) if answer.result().ok]
    working = [runner for runner in winners if runner.ask("GET", READ).status_code == 200]
    usable = {runner.fill(" ".join(site.scheme.read.values())) for runner in working}
    trial.note("answers that give a credential", len(winners) <= 1, many(len(winners)))
    trial.note("credentials that work afterwards", len(usable) <= 1, many(len(usable)))


def many(count: int) -> str:
    return "more than one" if count > 1 else "one at most"
