"""A hundred sign-ins at once, with passwords hashed as slowly as in earnest: reads go on, and nobody is left hanging."""

import time

import pytest

from tests.faults.crowd import LATE, SLOWER, Person, all_at_once, reading, slowness, told

CLASSROOM = 30


@pytest.fixture
def site(serve):
    return serve("token", workers=1, quick=False)


def at_once(site, number: int) -> list[Person]:
    """So many sign in."""
    people = [Person(site, "alice") for _ in range(number)]
    password = {"username": "alice", "password": "alice-demo-pass"}

    def sign_in(person: Person) -> None:
        person.ask("POST", "/auth/login/", password, credential=False)
        person.line.close()

    with all_at_once([lambda person=person: sign_in(person) for person in people]):
        pass
    return people


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
    answers = told(signed)
    came = [person.waited[0] for person in signed if person.told[200]]
    print(
        f"100 sign-ins at once: {answers}; the last came through after {max(came):.1f} s. Reads "
        f"{1000 * alone[0]:.0f} ms alone, {1000 * flooded[0]:.0f} ms meanwhile ({flooded[0] / alone[0]:.1f} times); "
        f"one of a hundred {1000 * alone[1]:.0f} and {1000 * flooded[1]:.0f} ms ({flooded[1] / alone[1]:.1f} times)."
    )
    assert set(told(readers)) == {200}
    assert set(answers) == {200, 503}
    assert len(came) >= CLASSROOM
    assert flooded[0] < alone[0] * SLOWER
    assert flooded[1] < LATE  # without a cap they wait for all hashes: 18 s


def test_a_classroom_that_signs_in_at_once_gets_in(site):
    signed = at_once(site, CLASSROOM)
    print(f"A classroom of {CLASSROOM} signed in at once: the last after {max(person.waited[0] for person in signed):.1f} s.")
    assert told(signed) == {200: CLASSROOM}
