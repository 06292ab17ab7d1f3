"""The rooms of two profiles beside each other, file by file: what differs between them is what differs between two schemes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from project.compare.pages import highlight
from project.compare.pages.frame import Refused, one_of, page
from project.compare.servers import ROOT
from schemes import PROFILES, STOCK

CONTEXT = 3
"""Lines that both have, shown before and after what differs; more of them fold."""
FIRST = ("settings.py", "authentication.py", "views.py", "urls.py", "steps.py", "models.py")
"""The order of a room; what else it has comes after."""
DEFAULT = "authentication.py"
SHIPPED = "settings.py"
"""Beside which file the module of a library as it ships is shown: it is settings, and a little around them."""


@dataclass(frozen=True)
class Stretch:
    """Lines that both files have, or that one has in place of the other's."""

    left: Sequence[str]
    right: Sequence[str]
    left_start: int
    right_start: int
    same: bool = False
    folded: bool = False


@page
def compared(request: HttpRequest) -> HttpResponse:
    """`left=token&right=jwt&file=authentication.py`, one file at a time."""
    left, right = one_of(request, "left", tuple(PROFILES), "token"), one_of(request, "right", tuple(PROFILES), "jwt")
    rooms = room(left), room(right)
    names = sorted({*rooms[0], *rooms[1]}, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    default = SHIPPED if {left, right} & {*STOCK.values()} else DEFAULT
    name = request.GET.get("file") or default
    if name not in names:
        raise Refused(404, f"Neither {left} nor {right} has a file {name}. They have: {', '.join(names)}.")
    paths = [found.get(name) for found in rooms]
    context = {
        "left": _side(left, paths[0]),
        "right": _side(right, paths[1]),
        "file": name,
        "files": [(one, *changes(*(found.get(one) for found in rooms))) for one in names],
        "stretches": list(stretches(*paths)),
        "profiles": list(PROFILES),
    }
    return render(request, "compare/code.html", context)


def room(profile: str) -> dict[str, Path]:
    """The files of a profile by name. A library as it ships is one module, shown where the settings are."""
    folder = ROOT / "schemes" / PROFILES[profile][0]
    if profile in STOCK.values():
        return {SHIPPED: folder / "stock.py"}
    return {path.name: path for path in sorted(folder.glob("*.py")) if path.name != "stock.py"}


def changes(left: Path | None, right: Path | None) -> tuple[int, int]:
    """How many lines each has that the other has not."""
    told = [(b - a, d - c) for kind, a, b, c, d in _matched(_text(left), _text(right)) if kind != "equal"]
    return sum(gone for gone, _ in told), sum(come for _, come in told)


def stretches(left: Path | None, right: Path | None) -> Iterator[Stretch]:
    """Both files from top to bottom, coloured."""
    before, after = (highlight.lines(path) if path else [] for path in (left, right))
    ends = len(_text(left)), len(_text(right))
    for kind, a, b, c, d in _matched(_text(left), _text(right)):
        if kind != "equal":
            yield Stretch(before[a:b], after[c:d], a + 1, c + 1)
            continue
        head, tail = (0 if (a, c) == (0, 0) else CONTEXT), (0 if (b, d) == ends else CONTEXT)
        if b - a <= head + tail + 1:  # a fold would hide no more than it takes
            head, tail = b - a, 0
        for start, end, folded in ((a, a + head, False), (a + head, b - tail, True), (b - tail, b, False)):
            if start < end:
                moved = c - a
                alike = before[start:end], after[start + moved : end + moved]
                yield Stretch(*alike, start + 1, start + moved + 1, same=True, folded=folded)


def _matched(left: list[str], right: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Blank lines are everywhere: alone they match nothing."""
    return SequenceMatcher(lambda line: not line.strip(), left, right, autojunk=False).get_opcodes()


def _text(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path else []


def _side(profile: str, path: Path | None) -> dict[str, object]:
    scheme = PROFILES[profile][0]
    return {
        "profile": profile,
        "scheme": scheme,
        "path": f"schemes/{scheme}/{path.name}" if path else "",
        "lines": len(_text(path)),
        "stock": profile in STOCK.values(),
    }
