"""A prepared query finds what the queryset finds, asks every time, and writes its SQL once."""

from datetime import timedelta
from importlib import import_module
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from polls.models import Choice, Question, choices_of, published
from project.prepared import Argument, Prepared
from schemes import SCHEMES

pytestmark = pytest.mark.django_db


@pytest.fixture
def question() -> Question:
    question = Question.objects.create(question_text="Where do we eat?")
    for text in ("Here", "There"):
        question.choice_set.create(choice_text=text)
    return question


def values(rows: list) -> list[dict]:
    return [{name: value for name, value in vars(row).items() if name != "_state"} for row in rows]


def test_what_is_found_is_what_a_queryset_finds(question):
    found = choices_of.all(question=question.pk)
    assert values(found) == values(list(Choice.objects.filter(question=question)))
    assert [choice.choice_text for choice in found] == ["Here", "There"]
    assert not found[0]._state.adding


def test_what_is_related_comes_with_it(question):
    with_question = Prepared(lambda text: Choice.objects.select_related("question").filter(choice_text=text))
    with CaptureQueriesContext(connection) as asked:
        choice = with_question.first(text="There")
        assert (choice.question.pk, choice.question.pub_date) == (question.pk, question.pub_date)
    assert len(asked) == 1


def test_a_moment_is_compared_as_a_moment(question):
    before, after = (question.pub_date + timedelta(seconds=second) for second in (-1, 1))
    assert published.first(pk=question.pk, until=after) == question
    assert published.first(pk=question.pk, until=before) is None


def test_the_database_is_asked_every_time(question):
    assert len(choices_of.all(question=question.pk)) == 2
    question.choice_set.all().delete()
    assert choices_of.all(question=question.pk) == []


def test_sql_is_written_at_the_first_call_alone(question):
    query = Prepared(lambda pk: Question.objects.filter(pk=pk))
    with patch.object(SQLCompiler, "as_sql", autospec=True, side_effect=SQLCompiler.as_sql) as written:
        for _ in range(3):
            assert query.first(pk=question.pk) == question
    assert written.call_count == 1


@pytest.mark.parametrize("pk", [2**63, -(2**70)])
def test_a_number_that_no_column_holds_is_found_nowhere(pk):
    assert published.first(pk=pk, until=timezone.now()) is None


@pytest.mark.parametrize("name", SCHEMES)
def test_a_credential_is_found_by_an_index_whatever_the_number_of_rows(name):
    query = credential_query(name)
    sql, values = query.plan.sql, [b"" if isinstance(one, Argument) else one for one in query.plan.parameters]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            steps = [row[-1] for row in cursor.fetchall()]
            assert steps
            assert all(step.startswith("SEARCH") for step in steps), steps
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of three rows is read as a whole otherwise
            cursor.execute(f"EXPLAIN {sql}", [timezone.now() if "now" in repr(one) else "1" for one in query.plan.parameters])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Index" in plan
            assert "Seq Scan" not in plan, plan


def credential_query(name: str) -> Prepared:
    """The one query by which a scheme finds credential and user."""
    room = import_module("schemes.session.store" if name == "session" else f"schemes.{name}.authentication")
    (query,) = [value for value in vars(room).values() if isinstance(value, Prepared)]
    return query
