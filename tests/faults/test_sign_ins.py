"""A hundred sign-ins at once, with passwords hashed as slowly as in earnest: reads hardly notice, and nobody is left hanging."""

import time

import pytest

from project.compare.client import Client
from project.errors import RETRY_AFTER
from schemes.story import card
from tests.faults.crowd import Person, all_at_once, reading, slowness, told

FACTOR = 25
"""What reads may be slower, one of a hundred, on two busy cores. Without a cap they wait for all hashes: some thousand times."""
CLASSROOM = 30


@pytest.fixture
def site(serve):
    return serve("token", workers=1, quick=False)


def at_once(site, number: int) -> list[tuple[int, float, str]]:
    """Status, seconds, and when to come back, of `number` sign-ins."""
    done = []

    def sign_in() -> None:
        began = time.perf_counter()
        answer = Client(site.address, card("token")).login()
        done.append((answer.status_code, time.perf_counter() - began, answer.headers.get("Retry-After", "")))

    with all_at_once([sign_in] * number):
        pass
    return done


def test_reads_go_on_while_a_hundred_sign_in_and_the_rest_is_told_when_to_come_back(site):
    readers = [Person(site, name) for name in ("alice", "bob")]
    for reader in readers:
        reader.client.login(reader.name, f"{reader.name}-demo-pass")
    with reading(readers):
        time.sleep(2)
    alone = slowness(readers)
    with reading(readers):
        signed = at_once(site, 100)
    flooded = slowness(readers)
    came = [seconds for status, seconds, _ in signed if status == 200]
    refused = [(status, wait) for status, _, wait in signed if status != 200]
    print(
        f"100 sign-ins at once: {len(came)} came through in up to {max(came):.1f} s, {len(refused)} were 503. Reads "
        f"{1000 * alone[0]:.0f} ms alone, {1000 * flooded[0]:.0f} ms meanwhile ({flooded[0] / alone[0]:.1f} times); "
        f"one of a hundred {1000 * alone[1]:.0f} and {1000 * flooded[1]:.0f} ms ({flooded[1] / alone[1]:.1f} times)."
    )
    assert set(told(readers)) == {200}
    assert set(refused) == {(503, str(RETRY_AFTER))}
    assert len(came) >= CLASSROOM
    assert flooded[1] < alone[1] * FACTOR


def test_a_classroom_that_signs_in_at_once_gets_in(site):
    signed = at_once(site, CLASSROOM)
    print(f"A classroom of {CLASSROOM} signed in at once: the last after {max(seconds for _, seconds, _ in signed):.1f} s.")
    assert [status for status, _, _ in signed] == [200] * CLASSROOM
