"""What is said to cure a difference is there, and every difference of the committed run has its cure."""

import re
from collections import Counter

import pytest

from project.compare.cures import CURES
from project.compare.report import document
from project.compare.report.order import contrasts
from project.compare.servers import ROOT

COMMITTED = ROOT / "docs" / "comparison.json"
PLACES = sorted({place for cure in CURES for place in re.findall(r"`([\w/]+\.py)`((?: [\w]+)*)", cure.cure)})


@pytest.mark.parametrize(("path", "names"), PLACES)
def test_the_lines_that_a_cure_names_are_there(path, names):
    text = (ROOT / path).read_text()
    assert [name for name in names.split() if not re.search(rf"\b{name}\b", text)] == []


def test_no_difference_has_two_cures():
    assert [what for what, count in Counter((cure.row, cure.scheme) for cure in CURES).items() if count > 1] == []


def test_every_difference_of_the_committed_run_has_its_cure_and_no_cure_is_left_over():
    comparison = document.loads(COMMITTED.read_text())
    comparison.cures = CURES
    found = list(contrasts(comparison))
    assert [(one.row.id, one.scheme) for one in found if one.cure is None] == []
    assert {(one.row.id, one.scheme) for one in found} == {(cure.row, cure.scheme) for cure in CURES}


def test_the_committed_run_says_what_the_code_says_of_cures():
    assert document.loads(COMMITTED.read_text()).cures == CURES
