"""How long a copy of a credential lives on: found by asking the site, while its clock is moved.

The moments grow, as a stopwatch runs; from the first refusal on the search goes back and forth between the last moment at which
the copy opened the API and the first at which it did not, until they are a second apart. What is shown was measured.
"""

import time
from collections.abc import Callable
from typing import Any

from project.compare.client import Client
from project.compare.laboratory import TEN_YEARS
from schemes.story import READ

MINUTE, HOUR, DAY = 60, 3600, 86400
MOMENTS = (
    *(1, 2, 5, 10, 20, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 5 * HOUR, 10 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, TEN_YEARS),
)
"""Seconds at which the copy is tried until it is refused."""


class Stopwatch:
    """It starts when the copy is made. The copy is tried as it is; then, where something renews it, as one that renews."""

    def __init__(self, thief: Client) -> None:
        self.thief = thief
        self.began = time.perf_counter()
        self.renews = False
        self._start()

    def _start(self) -> None:
        self.last_open = -1.0
        """The latest moment at which it opened the API; below 0 before it has."""
        self.first_dead: float | None = None
        self.next: float = 0

    def step(self, set_clock: Callable[[float], None]) -> dict[str, Any]:
        """Try the copy at the next moment, and put the clock back. `moment` is what was tried; `dead` comes with `done`."""
        moment, renews = self.next, self.renews
        opened = self._opens_at(moment, set_clock)
        if opened:
            self.last_open = max(self.last_open, moment)
        else:
            self.first_dead = moment
        found: dict[str, Any] = {"moment": moment, "open": opened, "renews": renews, "done": False, "more": False}
        if opened and moment >= TEN_YEARS:
            found |= {"done": True, "dead": None}
        elif self.first_dead is not None and self.first_dead - max(self.last_open, 0) <= 1:
            found |= {"done": True, "dead": 0 if self.last_open < 0 else self.first_dead}
        else:
            self.next = self._following()
        if found["done"] and not renews and self.thief.scheme.refresh:
            self.renews = found["more"] = True
            self._start()
        return found

    def _following(self) -> float:
        if self.first_dead is None:
            return next(moment for moment in MOMENTS if moment > self.last_open)
        return (int(self.last_open) + int(self.first_dead)) // 2

    def _opens_at(self, moment: float, set_clock: Callable[[float], None]) -> bool:
        """Moment 0 is now, with no clock moved."""
        ahead = self.began + moment - time.perf_counter() if moment else 0
        set_clock(max(0.0, ahead))
        try:
            return self._opens()
        finally:
            if ahead > 0:
                set_clock(0)

    def _opens(self) -> bool:
        """A thief keeps what replaces the copy, where anything does; else the copy stays as it was."""
        if not self.renews:
            return self.thief.ask("GET", READ).ok
        return (self.thief if self.thief.scheme.rotates else self.thief.copy()).opens()
