"""The runs of this process: who is at which column, which clocks were moved, and that they come back."""

import secrets
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock, Timer

import requests
from django.conf import settings

from project.compare import control
from project.compare.console.column import Column

MOST = 20
"""Runs that are kept. A page whose run was dropped is told to start again."""
PATIENCE = 600
"""Seconds without a word from any page, after which moved clocks are put back."""


class Runs:
    """The newest runs, by an id that nobody guesses: whoever knows it acts as the people of that run."""

    def __init__(self) -> None:
        self.columns: OrderedDict[str, dict[str, Column]] = OrderedDict()
        self.lock = Lock()

    def start(self) -> str:
        run = secrets.token_urlsafe(24)
        with self.lock:
            self.columns[run] = {}
            while len(self.columns) > MOST:
                self.columns.popitem(last=False)
        return run

    def column(self, run: str, profile: str) -> Column | None:
        """None where there is no such run."""
        with self.lock:
            columns = self.columns.get(run)
            if columns is None:
                return None
            self.columns.move_to_end(run)
            if profile not in columns:
                columns[profile] = Column(profile, settings.DEMO_SITES[profile])
            return columns[profile]


class Clocks:
    """The sites' clocks. Whichever was moved comes back: when a page asks for it, or when none asks for anything any more."""

    def __init__(self) -> None:
        self.moved: set[str] = set()
        self.timer: Timer | None = None
        self.lock = Lock()

    def put(self, profile: str, ahead: float) -> None:
        """Raises RequestException where the site does not answer."""
        self._wait(ahead > 0 or bool(self.moved - {profile}))
        if ahead:
            self.moved.add(profile)
        control.set_clock(settings.DEMO_SITES[profile], settings.LAB_KEY, ahead)
        if not ahead:
            self.moved.discard(profile)

    def back(self, profiles: set[str] | None = None) -> None:
        """All of them, or some: sites that do not answer have no clock to be put back."""

        def to_now(profile: str) -> None:
            with suppress(requests.RequestException, RuntimeError):
                self.put(profile, 0)

        with ThreadPoolExecutor(9) as pool:
            list(pool.map(to_now, settings.DEMO_SITES if profiles is None else profiles))

    def _wait(self, needed: bool) -> None:
        with self.lock:
            if self.timer:
                self.timer.cancel()
                self.timer = None
            if needed:
                self.timer = Timer(PATIENCE, lambda: self.back(set(self.moved)))
                self.timer.daemon = True
                self.timer.start()


runs = Runs()
clocks = Clocks()
