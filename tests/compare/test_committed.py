"""The comparison that is committed: whole, by its schema, and the documents made of it are the ones that lie beside it.

`make comparison` measures anew and writes all of them.
"""

import json

import pytest
from jsonschema import validate

from project.compare.engine import rows
from project.compare.report import FORMATS, document
from project.compare.results import GROUPS, Comparison, Verdict
from project.compare.servers import ROOT
from schemes import PROFILES, SCHEMES

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return document.loads((DOCS / "comparison.json").read_text())


def test_it_is_a_document_by_its_schema():
    validate(json.loads((DOCS / "comparison.json").read_text()), json.loads((DOCS / "comparison.schema.json").read_text()))


def test_it_has_every_profile_and_every_question_with_all_answers(comparison):
    assert {profile.name for profile in comparison.profiles} == set(PROFILES)
    assert not [profile.failed for profile in comparison.profiles if profile.failed]
    asked = {(row.id, name) for row in comparison.rows for name in PROFILES}
    assert {(cell.row, cell.profile) for cell in comparison.cells} == asked


def test_its_questions_are_told_as_the_code_tells_them(comparison):
    order = list(GROUPS)
    assert comparison.rows == sorted(rows(set(GROUPS), quick=False), key=lambda row: order.index(row.group))


def test_no_attack_works_on_a_scheme_that_is_used_well(comparison):
    verdicts = {(cell.row, cell.profile): cell.verdict for cell in comparison.cells if cell.verdict and cell.profile in SCHEMES}
    assert len(verdicts) > 100
    assert set(verdicts.values()) == {Verdict.REFUSED, Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize(("name", "face"), [("comparison.md", "markdown"), ("comparison.svg", "svg")])
def test_what_was_made_of_it_is_fresh(comparison, name, face):
    assert (DOCS / name).read_text() == FORMATS[face](comparison)


def test_the_readme_shows_its_picture():
    assert "docs/comparison.svg" in (ROOT / "README.md").read_text()
