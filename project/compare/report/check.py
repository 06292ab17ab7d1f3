"""What changed between two comparisons, and should not have: verdicts, statuses, counts, words. Never a machine's times."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from project.compare.results import Cell, Comparison, Profile


@dataclass(frozen=True)
class Difference:
    """One change, as a line: `P18 Logout, then replay · jwt-stock: was works, is refused`."""

    row: str
    """Empty where a profile as a whole changed."""
    title: str
    profile: str
    """Empty where a row came or went."""
    old: str
    new: str

    def __str__(self) -> str:
        what = " · ".join(filter(None, [f"{self.row} {self.title}".strip(), self.profile]))
        return f"{what}: was {self.old}, is {self.new}"


def differences(
    old: Comparison, new: Comparison, profiles: Collection[str] | None = None, groups: Collection[str] | None = None
) -> list[Difference]:
    """Only of `profiles` and `groups`, which are what the new run was asked for; None is everything.

    Of a cell, value and verdict count: reasons and evidence may be told in other words.
    """
    compared: set[str] = set()
    found: list[Difference] = []
    before, after = ({profile.name: profile for profile in run.profiles} for run in (old, new))
    for name in _in_order(before, after, lambda name: profiles is None or name in profiles):
        changed = _of_a_profile(name, before.get(name), after.get(name))
        if changed:
            found.append(changed)
        elif not after[name].failed:
            compared.add(name)
    return [*found, *_of_rows(old, new, compared, groups)]


def _of_a_profile(name: str, old: Profile | None, new: Profile | None) -> Difference | None:
    states = [_state(profile) for profile in (old, new)]
    if states[0].partition(":")[0] == states[1].partition(":")[0]:
        return None
    return Difference("", "", name, *states)


def _state(profile: Profile | None) -> str:
    if profile is None:
        return "absent"
    return f"failed: {profile.failed}" if profile.failed else "compared"


def _of_rows(old: Comparison, new: Comparison, profiles: set[str], groups: Collection[str] | None) -> Iterator[Difference]:
    before, after = ({row.id: row for row in run.rows if groups is None or row.group in groups} for run in (old, new))
    names = [profile.name for profile in new.profiles if profile.name in profiles]
    for row in _in_order(before, after):
        title = (after.get(row) or before[row]).title
        if row not in before or row not in after:
            yield Difference(row, title, "", *(("asked", "gone") if row in before else ("absent", "asked")))
        elif not (before[row].timing or after[row].timing):
            for name in names:
                was, now = old.cell(row, name), new.cell(row, name)
                if _compared(was) != _compared(now):
                    yield Difference(row, title, name, *_told(was, now))


def _in_order(before: Collection[str], after: Collection[str], asked: Callable[[str], bool] = lambda name: True) -> list[str]:
    return [name for name in dict.fromkeys([*after, *before]) if asked(name)]


def _compared(cell: Cell | None) -> tuple[object, ...]:
    return (cell.value, cell.verdict) if cell else ()


def _told(was: Cell | None, now: Cell | None) -> tuple[str, str]:
    """Both texts, or what stands behind them where they read the same."""
    texts = [cell.text if cell else "not asked" for cell in (was, now)]
    if was and now and was.text == now.text:
        texts = [f"{cell.text} ({cell.value}{f', {cell.verdict}' if cell.verdict else ''})" for cell in (was, now)]
    return texts[0], texts[1]
