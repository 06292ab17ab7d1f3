"""Runs to show: the one that is committed, and the last whole one of this machine, read again when their files change."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from django.http import HttpRequest

from project.compare.pages.frame import one_of
from project.compare.report import document
from project.compare.results import Cell, Comparison
from project.compare.servers import ROOT
from project.settings.env import LOCAL_SECRETS

COMMITTED, HERE = "", "here"
FILES = {COMMITTED: ROOT / "docs" / "comparison.json", HERE: LOCAL_SECRETS / "comparison.json"}
MAKES = {
    COMMITTED: "python manage.py compare --format json --output docs/comparison.json",
    HERE: "python manage.py compare",
}
"""What makes the file of a run that is not there."""


class Kept(Comparison):
    """A run that no longer changes: its answers are found without a search."""

    @cached_property
    def _found(self) -> dict[tuple[str, str], Cell]:
        return {(cell.row, cell.profile): cell for cell in self.cells}

    def cell(self, row: str, profile: str) -> Cell | None:
        return self._found.get((row, profile))


@dataclass(frozen=True)
class Run:
    """What stands behind `?run=`: a comparison, or what is wrong with its file."""

    name: str
    text: str
    comparison: Comparison | None
    trouble: str = ""

    @property
    def query(self) -> str:
        """What a link carries so that it stays with this run."""
        return f"?run={self.name}" if self.name else ""

    @property
    def makes(self) -> str:
        return MAKES[self.name]


def asked(request: HttpRequest) -> Run:
    """The run of `?run=`. Raises Refused for a word that names none."""
    return read(one_of(request, "run", (HERE,)))


def has(name: str) -> bool:
    return FILES[name].is_file()


def read(name: str) -> Run:
    """A file that is missing, broken or of another version is told, never an error."""
    try:
        changed = FILES[name].stat().st_mtime_ns
    except OSError:
        return Run(name, "", None, "There is none yet.")
    return _read(name, FILES[name], changed)


@lru_cache(maxsize=4)
def _read(name: str, path: Path, changed: int) -> Run:
    try:
        text = path.read_text(encoding="utf-8")
        return Run(name, text, Kept(**vars(document.loads(text))))
    except (OSError, ValueError) as error:
        return Run(name, "", None, f"{path.name} can't be shown: {error}")
