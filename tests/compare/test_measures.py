"""The instruments, on things whose answer is known: a stopwatch, a load, a count of lines, and the check before all of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from project.compare.measures import code, load
from project.compare.measures import time as over_time
from project.compare.measures.time import HORIZON, Stopwatch, seconds
from project.compare.verify import broken_promises
from schemes.story import READ, card
from tests.compare.broken import Broken


class Later:
    """A site with nothing but a clock."""

    def __init__(self, lives: float) -> None:
        self.lives = lives
        self.moment = 0.0
        self.moves = 0

    @contextmanager
    def ahead(self, moment: float) -> Iterator[None]:
        self.moment, self.moves = moment, self.moves + 1
        yield
        self.moment = 0.0

    def opens(self) -> bool:
        return self.moment < self.lives


@pytest.mark.parametrize("lives", [1, 2, 300, 86_400, 1_209_600, HORIZON - 1])
def test_a_stopwatch_finds_the_second(lives, monkeypatch):
    monkeypatch.setattr(over_time.clock, "time", lambda: 1000.0)
    site = Later(lives)
    assert Stopwatch(site, 1000.0).dead(site.opens) == lives
    assert site.moves < 40


@pytest.mark.parametrize(("lives", "found", "told"), [(0, 0.0, "0.0 s"), (float("inf"), HORIZON, "never")])
def test_a_stopwatch_knows_at_once_and_never(lives, found, told):
    site = Later(lives)
    dead = Stopwatch(site, 0.0).dead(site.opens)
    assert dead == found
    assert seconds(dead) == told


def test_a_site_that_breaks_its_promises_is_not_measured():
    with Broken(card("token")) as site:
        broken = broken_promises(site)
    assert any(sentence.startswith("Step broken-1, Ask") for sentence in broken), "it reads without a credential"
    assert any(sentence.startswith("Step broken-7b, Read again") for sentence in broken), "nothing ends"


def test_a_wrong_status_ends_the_load():
    with Broken(card("token")) as site:
        job = {"address": site.address.removeprefix("http://"), "status": 200, "seconds": 0.1}
        right = [["GET", READ, {}, None]]
        assert len(load.send(job | {"requests": right})) > 1
        with pytest.raises(RuntimeError, match="answered 200, not 401"):
            load.send(job | {"requests": right, "status": 401})
        with pytest.raises(RuntimeError, match="answered 200, not 401"):
            list(load.in_a_process_of_its_own([job | {"requests": right, "status": 401}]))
        times = list(load.in_a_process_of_its_own([job | {"requests": right}] * 2))
    assert len(times) == 2
    assert all(0 < taken < 1 for taken in times[0])


def test_figures_are_the_quantiles():
    found = load.figures([0.001 * number for number in range(1, 101)])
    assert found["p50"] == pytest.approx(0.0505)
    assert found["p99"] == pytest.approx(0.09901)
    assert found["rate"] == pytest.approx(100 / 5.05)


SOURCE = '''"""A module."""

import os  # one

# nothing


class A:
    """Told, not counted."""

    x = """a string
    that is code"""


def card():
    return 1
'''


def test_lines_are_those_with_code():
    assert len(code._lines(SOURCE, lambda node: True)) == 6
    assert len(code._lines(SOURCE, lambda node: getattr(node, "name", "") != "card")) == 4
