"""What was measured: figures, each of one site, and what is to be said of the run."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`measure` of `site`. A ratio has the lowest and highest of the rounds beside the median, where there were rounds."""

    group: str
    site: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Measure:
    """A column of a group's table: what stands in it, in which unit. `gate`: a rise of it fails a check."""

    title: str
    unit: str = "×"
    gate: bool = False
    digits: int = 2


INSTRUCTIONS = Measure("CPU instructions", gate=True)
CPU = Measure("CPU time", gate=True)


@dataclass(frozen=True)
class Group:
    title: str
    what: str
    """What 1.00 is, and how it is asked."""
    measures: dict[str, Measure]


@dataclass
class Run:
    """A run of the bench."""

    made: str
    commit: str
    seconds: float
    machine: dict[str, str]
    versions: dict[str, str]
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""
    figures: list[Figure] = field(default_factory=list)

    def find(self, group: str, site: str, measure: str) -> Figure | None:
        wanted = (group, site, measure)
        return next((found for found in self.figures if (found.group, found.site, found.measure) == wanted), None)

    def sites(self, group: str) -> list[str]:
        return list(dict.fromkeys(figure.site for figure in self.figures if figure.group == group))

    def dumps(self) -> str:
        document: dict[str, Any] = asdict(self)
        document["figures"] = [
            {name: value for name, value in figure.items() if value is not None} for figure in document["figures"]
        ]
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def loads(text: str) -> Run:
    """A saved run. Raises ValueError where it is none."""
    try:
        document = json.loads(text)
        return Run(**document | {"figures": [Figure(**figure) for figure in document["figures"]]})
    except (KeyError, TypeError) as error:
        raise ValueError(f"it is not what `manage.py bench --format json` writes: {error}") from error
