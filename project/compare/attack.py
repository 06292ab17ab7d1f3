"""Runs the probes: one attack a file in `probes/`, put to every profile in the same way.

A probe says of each thing that it tried whether it was refused. The rules are the same for all: whatever is sent, an answer
of 500 or above counts as an attack that got somewhere, and afterwards a good credential must still work.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import NoReturn

import requests

from project.compare.client import Client
from project.compare.laboratory import Subject
from project.compare.results import Cell, Row, Verdict
from schemes.story import READ


@dataclass(frozen=True)
class Attack:
    """What a probe is: the row that it fills."""

    id: str
    title: str
    steps: str
    """What is sent, in a sentence."""
    why: str
    """What a thief gains, or a good site keeps, in a sentence."""
    source: str
    times: bool = False
    """Whether it compares times, so that passwords must be hashed as slowly as in production."""

    @property
    def row(self) -> Row:
        return Row(self.id, "attack", self.title, "verdict", self.steps, self.why, self.source)


class DoesNotApply(Exception):
    """The attack needs something that the scheme does not have; the message says what."""


class Trial:
    """What a probe tried, and how it came out."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, bool, str]] = []
        self.because = ""
        """Why it came out so, where the outcomes alone do not say it."""

    def refused(self, what: str, answer: requests.Response) -> bool:
        """An attempt, sent: refused if the answer is a 4xx."""
        return self.note(what, 400 <= answer.status_code < 500, str(answer.status_code))

    def note(self, what: str, withstood: bool, seen: str) -> bool:
        """An attempt of which the probe itself knows whether the site withstood it; `seen` never has a credential."""
        self.tried.append((what, withstood, seen))
        return withstood

    def unharmed(self, what: str, works: bool, seen: str) -> None:
        """What must go on working in spite of the attack: it counts only where it does not."""
        if not works:
            self.note(what, withstood=False, seen=seen)

    def does_not_apply(self, reason: str) -> NoReturn:
        raise DoesNotApply(reason)

    def verdict(self) -> Verdict:
        """Raises RuntimeError for a probe that tried nothing: it could not have failed."""
        if not self.tried:
            raise RuntimeError("The probe tried nothing.")
        withstood = {ok for _, ok, _ in self.tried}
        return Verdict.PARTLY if len(withstood) == 2 else Verdict.REFUSED if withstood == {True} else Verdict.WORKS

    def reason(self) -> str:
        """In words: what was not refused, else how much was."""
        got_through = [f"{what}: {seen}" for what, ok, seen in self.tried if not ok]
        told = "; ".join(got_through) if got_through else f"all {len(self.tried)} attempts refused"
        return f"{told}. {self.because}".rstrip() if self.because else f"{told}."


class Bystander:
    """Somebody who does nothing wrong, and whose credential must work after every attack."""

    def __init__(self, site: Subject) -> None:
        self.site = site
        self.person: Client = site.newcomer()

    def works(self) -> bool:
        return self.person.ask("GET", READ).status_code == 200

    def come_back(self) -> None:
        """Sign in again where the credential has expired since."""
        if not self.works():
            self.person = self.site.device(self.person)


def attack(site: Subject, bystander: Bystander, probe: ModuleType) -> Cell:
    """One cell: the verdict of a probe on a profile."""
    what: Attack = probe.ATTACK
    trial = Trial()
    bystander.come_back()
    site.seen.clear()
    try:
        probe.probe(site, trial)
    except DoesNotApply as error:
        return Cell(what.id, site.profile, Verdict.NOT_APPLICABLE, "–", str(error), Verdict.NOT_APPLICABLE)
    broken = [answer for answer in site.seen if answer.status_code >= 500]
    for answer in broken[:3]:
        trial.note(f"{answer.request.method} {answer.request.path_url}", withstood=False, seen=f"{answer.status_code}")
    if not bystander.works():
        trial.note("a good credential afterwards", withstood=False, seen="no longer works")
    verdict = trial.verdict()
    evidence = tuple(f"{attempt}: {seen}" for attempt, _, seen in trial.tried)
    return Cell(what.id, site.profile, verdict.value, verdict.value, trial.reason(), verdict, evidence)
