"""`compare --check` finds what changed, names it in a line, and leaves alone what nobody can expect to see again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from project.compare.report.check import differences
from project.compare.results import Cell, Comparison, Verdict
from tests.compare.sample import sample


def changed(row: str, profile: str, change: Callable[[Cell], Cell | None]) -> Comparison:
    comparison = sample()
    cells = [change(cell) if (cell.row, cell.profile) == (row, profile) else cell for cell in comparison.cells]
    assert cells != comparison.cells
    comparison.cells = [cell for cell in cells if cell]
    return comparison


def lines(new: Comparison, old: Comparison | None = None, **asked: set[str]) -> list[str]:
    return [str(difference) for difference in differences(old or sample(), new, **asked)]


def now_refused(cell: Cell) -> Cell:
    return replace(cell, value="refused", text="refused", verdict=Verdict.REFUSED)


def test_a_run_equals_itself():
    assert lines(sample()) == []


def test_a_changed_verdict_is_told_in_a_line():
    new = changed("P18", "jwt-stock", now_refused)
    assert lines(new) == ["P18 Logout, then replay · jwt-stock: was works, is refused"]
    [difference] = differences(sample(), new)
    assert (difference.row, difference.profile, difference.old, difference.new) == ("P18", "jwt-stock", "works", "refused")


@pytest.mark.parametrize(
    ("row", "value"),
    [("wire-login-requests", 3), ("wire-refusal", 500), ("server-keeps", "everything"), ("time-logout", "never")],
)
def test_a_changed_count_status_or_word_is_found(row, value):
    new = changed(row, "jwt", lambda cell: replace(cell, value=value, text=str(value)))
    assert [line.endswith(f"is {value}") for line in lines(new)] == [True]


def test_a_value_that_changed_behind_the_same_text_is_found():
    [line] = lines(changed("wire-credential-bytes", "jwt", lambda cell: replace(cell, value=390)))
    assert line.endswith("was 389 (389), is 389 (390)")


def test_a_changed_timing_is_no_difference():
    assert lines(changed("load-read", "jwt", lambda cell: replace(cell, value=9.9, text="9.9×"))) == []
    assert lines(changed("load-read", "jwt", lambda cell: None)) == []


@pytest.mark.parametrize("words", [{"reason": "Other words."}, {"evidence": ("other",)}, {"spread": "1-2"}, {"text": "denied"}])
def test_other_words_for_the_same_outcome_are_no_difference(words):
    assert lines(changed("P18", "jwt", lambda cell: replace(cell, **words))) == []


def test_an_answer_that_came_or_went_is_found():
    without = changed("P18", "jwt", lambda cell: None)
    assert lines(without) == ["P18 Logout, then replay · jwt: was refused, is not asked"]
    assert lines(sample(), without) == ["P18 Logout, then replay · jwt: was not asked, is refused"]


def without_row(id: str) -> Comparison:  # noqa: A002
    comparison = sample()
    comparison.rows = [row for row in comparison.rows if row.id != id]
    comparison.cells = [cell for cell in comparison.cells if cell.row != id]
    return comparison


def test_a_row_that_came_or_went_is_one_difference():
    assert lines(without_row("P18")) == ["P18 Logout, then replay: was asked, is gone"]
    assert lines(sample(), without_row("P18")) == ["P18 Logout, then replay: was absent, is asked"]


def without_profile(name: str) -> Comparison:
    comparison = sample()
    comparison.profiles = [profile for profile in comparison.profiles if profile.name != name]
    comparison.cells = [cell for cell in comparison.cells if cell.profile != name]
    return comparison


def test_a_profile_that_came_or_went_is_one_difference():
    assert lines(without_profile("token")) == ["token: was compared, is absent"]
    assert lines(sample(), without_profile("token")) == ["token: was absent, is compared"]


def test_what_was_not_asked_for_is_not_missed():
    new = without_profile("token")
    asked = {profile.name for profile in new.profiles}
    assert lines(new, profiles=asked) == []
    assert lines(without_row("P18"), groups={"wire", "load"}) == []


def test_what_was_asked_for_is_still_compared():
    new = changed("P18", "jwt-stock", now_refused)
    assert len(lines(new, profiles={"jwt-stock"}, groups={"attack"})) == 1
    assert lines(new, profiles={"jwt"}) == []


def failing(name: str) -> Comparison:
    comparison = without_profile(name)
    comparison.profiles = [
        replace(profile, failed="It broke.") if profile.name == name else profile for profile in sample().profiles
    ]
    return comparison


def test_a_profile_that_newly_fails_is_one_difference():
    assert lines(failing("jwt")) == ["jwt: was compared, is failed: It broke."]


def test_a_profile_that_works_again_is_one_difference():
    assert lines(sample(), failing("jwt")) == ["jwt: was failed: It broke., is compared"]


def test_a_profile_that_fails_as_before_is_none_even_in_other_words():
    new = failing("jwt")
    new.profiles = [replace(profile, failed=profile.failed and "Again.") for profile in new.profiles]
    assert lines(new, failing("jwt")) == []
