"""Fifty people write to one SQLite file at once: nobody is refused, nobody starves. Beyond, a 503 says when to come back."""

import sqlite3
import time
from contextlib import closing

from tests.faults.crowd import LATE, SLOWER, all_at_once, ask_questions, check_votes, crowd, reading, slowness, told

LOAD = 50
"""How many may write at once, each again as soon as they are answered."""
FAIR = 30
"""What a vote may take longer, one of a hundred, than the median: where SQLite picks who is next, some starve: 65 to 100."""


def test_fifty_writers_at_once_are_all_answered(serve, votes):
    site = serve("token")
    people, questions = crowd(site, LOAD), ask_questions(site, 8)

    def sign_in_and_vote(person) -> None:
        person.sign_in()
        person.vote_on_all(questions)

    with all_at_once([lambda person=person: sign_in_and_vote(person) for person in people]):
        pass
    answers = told(people)
    median, last = slowness(people)
    print(f"{LOAD} writers on SQLite: {answers}; a vote took {median * 1000:.0f} ms, one of a hundred {last * 1000:.0f} ms.")
    assert answers == {200: LOAD * len(questions)}
    assert last < median * FAIR
    check_votes(people, *votes(site))


def test_beyond_the_load_writers_are_told_when_to_come_back_and_readers_notice_little(serve, votes):
    """The file is locked for longer than anybody waits: by a restore, or by a shell that somebody left open. There are more
    writers than the server has threads."""
    site = serve("token", workers=1)
    people, questions = crowd(site, 43), ask_questions(site, 3)
    readers, writers = people[:3], [device for person in people[3:] for device in person.devices(len(questions))]
    wishes = [dict([question]) for question in questions.items()] * len(people)
    with reading(readers):
        time.sleep(1.5)
    alone = slowness(readers)
    path = site.environment["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        voting = [lambda one=one, wish=wish: one.vote_on_all(wish) for one, wish in zip(writers, wishes, strict=False)]
        with all_at_once(voting), reading(readers):
            time.sleep(11)
            file.execute("ROLLBACK")
            stuck = slowness(readers)
    answers = told(writers)
    print(
        f"SQLite locked for 11 s under {len(writers)} writers: {answers}; reads {1000 * alone[0]:.0f} ms alone, "
        f"{1000 * stuck[0]:.0f} ms meanwhile; one of a hundred {1000 * alone[1]:.0f} and {1000 * stuck[1]:.0f} ms."
    )
    assert set(answers) == {200, 503}
    assert set(told(readers)) == {200}
    assert stuck[0] < alone[0] * SLOWER
    assert stuck[1] < LATE  # without the queue 10 s
    assert max(person.waited[0] for person in writers) < 20
    check_votes(writers, *votes(site))
