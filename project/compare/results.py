"""What a comparison found: profiles side by side, a row for each question, a cell for each answer. Plain data."""

from dataclasses import dataclass, field
from enum import StrEnum

GROUPS = {
    "wire": "On the wire",
    "server": "On the server",
    "time": "Over time",
    "attack": "Under attack",
    "load": "In load",
    "code": "In code",
}
"""What is asked, in the order in which it is told."""


class Verdict(StrEnum):
    """The outcome of an attack, seen from the site that should withstand it."""

    REFUSED = "refused"
    PARTLY = "partly"
    WORKS = "works"
    NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True)
class Row:
    """One question, put to every profile in the same way."""

    id: str
    """Stable: an anchor, a heading, a name in JSON. `P18` for an attack, else group and words: `wire-login-requests`."""
    group: str
    """A key of GROUPS."""
    title: str
    unit: str
    """requests, bytes, queries, rows, s, ms, ×, lines, verdict, status, words."""
    method: str
    """How it was measured, in a sentence."""
    why: str
    """Why it matters to somebody who must choose, in a sentence."""
    source: str = ""
    """ASVS 5.0 ids, RFC sections, CWE: where the rule comes from."""
    timing: bool = False
    """Whether the value is a time of this machine, which nobody can expect to see again."""


@dataclass(frozen=True)
class Cell:
    """One answer."""

    row: str
    profile: str
    value: float | str | None
    """What was measured; a verdict's word; None where the question has no meaning for the profile."""
    text: str
    """The value as people read it: short, `300 s`, `never`, `refused`, `1.31×`; `–` where it has no meaning."""
    reason: str = ""
    """Why it came out so, in words."""
    verdict: Verdict | None = None
    evidence: tuple[str, ...] = ()
    """What was seen: requests with their statuses, headers, counts. Never a credential."""
    spread: str = ""
    """For a timing: its lowest and highest round, `1.28-1.35`."""


@dataclass(frozen=True)
class Profile:
    """A column."""

    name: str
    scheme: str
    title: str
    stock: bool
    """The library as it ships rather than used well."""
    failed: str = ""
    """Why it could not be compared: it did not start, or broke what it promises."""


@dataclass(frozen=True)
class Cure:
    """What turns the stock cell of a row into the hardened one."""

    row: str
    scheme: str
    cure: str
    """The settings or the lines that do it."""
    source: str
    """The public issue, advisory or RFC that it stands for."""


@dataclass
class Comparison:
    """A run, whole or not: what it measured, where, of what, and how."""

    made: str
    """When, in UTC, ISO 8601."""
    seconds: float
    commit: str
    machine: dict[str, str]
    versions: dict[str, str]
    method: dict[str, str]
    """What holds for the whole run, by keyword: how time is moved, what the load is a ratio of, how much noise there was."""
    profiles: list[Profile] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    cures: list[Cure] = field(default_factory=list)

    def cell(self, row: str, profile: str) -> Cell | None:
        """The answer, or None where the question was not put."""
        return next((cell for cell in self.cells if (cell.row, cell.profile) == (row, profile)), None)
