"""A worker is killed in the middle of fifty people's votes."""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from project.compare.servers import Site
from tests.faults.crowd import all_at_once, ask_questions, check_votes, crowd, told

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in Linux's /proc")

KILLS = 4


def workers(site: Site) -> list[int]:
    """The server's worker processes, the oldest first; one that ended while we looked is none."""
    pid, born = site.process.pid, {}
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, *fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            if state != "Z":
                born[child] = int(fields[18])
    return sorted(born, key=born.__getitem__)


def kill_one(site: Site) -> int:
    """Kill the oldest worker, and wait for the next one to be started."""
    before = workers(site)
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 20
    while len(set(workers(site)) - {before[0]}) < len(before):
        assert time.monotonic() < deadline, site.last_words()
        time.sleep(0.1)
    return before[0]


def test_workers_are_killed_under_fifty_voters_and_every_vote_that_was_answered_is_there_once(serve, votes):
    site = serve("token")
    people, questions, killed = crowd(site, 50), ask_questions(site, 12), []
    with all_at_once([lambda person=person: person.vote_on_all(questions) for person in people]) as voting:
        for _ in range(KILLS):
            time.sleep(0.5)
            if not voting():
                break
            killed.append(kill_one(site))
    answers = told(people)
    print(f"{len(killed)} workers killed under 50 voters: {answers}, None for a line that went dead; each was replaced.")
    assert len(killed) > 1
    assert set(answers) <= {200, None}
    assert answers[200] == 50 * 12
    check_votes(people, *votes(site))
    assert site.process.poll() is None
    people[0].sign_in()
    assert people[0].client.opens()
