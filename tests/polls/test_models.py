"""The models of the tutorial, and votes that are counted exactly."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from polls.models import EARLIEST, LATEST, Choice, Question, Vote

pytestmark = pytest.mark.usefixtures("counts_are_true")


def votes(question):
    return list(question.choice_set.values_list("votes", flat=True))


@pytest.mark.parametrize(
    ("age", "recent"),
    [
        (timedelta(days=-30), False),
        (timedelta(days=1, seconds=1), False),
        (timedelta(hours=23, minutes=59, seconds=59), True),
        (timedelta(0), True),
    ],
)
def test_a_question_is_recent_on_its_first_day(age, recent):
    assert Question(pub_date=timezone.now() - age).was_published_recently() is recent


def test_a_question_is_published_now_unless_it_says_otherwise(db):
    assert Question.objects.create(question_text="Now?").was_published_recently()


@pytest.mark.parametrize("outside", [EARLIEST - timedelta(seconds=1), LATEST + timedelta(seconds=1)])
def test_a_date_that_overflows_in_some_time_zone_is_invalid(outside):
    with pytest.raises(ValidationError, match="pub_date"):
        Question(question_text="When?", pub_date=outside).clean_fields()


def test_a_future_question_is_visible_to_staff_alone(ask, alice, editor):
    past, future = ask(), ask(pub_date=timezone.now() + timedelta(days=1))
    assert list(Question.objects.visible_to(editor)) == [future, past]
    assert list(Question.objects.visible_to(alice)) == [past]
    assert list(Question.objects.visible_to(AnonymousUser())) == [past]


def test_questions_are_told_apart_by_their_text(question):
    assert str(question) == "Where do we eat?"
    assert [str(choice) for choice in question.choice_set.all()] == ["Here", "There", "Home"]


def test_a_vote_counts_once_and_moves(question, alice):
    here, there, _ = question.choice_set.all()
    question.cast(alice, here.pk)
    assert votes(question) == [1, 0, 0]
    question.cast(alice, here.pk)
    assert votes(question) == [1, 0, 0]
    vote = question.cast(alice, there.pk)
    assert votes(question) == [0, 1, 0]
    assert list(Vote.objects.all()) == [vote]
    assert (vote.question, vote.choice, vote.user) == (question, there, alice)


def test_a_repeated_vote_writes_nothing(question, alice):
    here = question.choice_set.first()
    question.cast(alice, here.pk)
    before = Vote.objects.values().get()
    question.cast(alice, here.pk)
    assert Vote.objects.values().get() == before


def test_a_moved_vote_keeps_its_birthday(question, alice):
    here, there, _ = question.choice_set.all()
    first = question.cast(alice, here.pk)
    question.cast(alice, there.pk)
    moved = Vote.objects.get()
    assert moved.created == first.created
    assert moved.updated > first.updated


def test_a_withdrawn_vote_is_gone(question, person):
    here = question.choice_set.first()
    for name in ("one", "two"):
        question.cast(person(name), here.pk)
    leaver = person("leaver")
    question.cast(leaver, here.pk)
    assert question.withdraw(leaver) is True
    assert question.withdraw(leaver) is False
    assert votes(question) == [2, 0, 0]


def test_one_question_does_not_touch_another(ask, alice):
    first, second = ask("First?"), ask("Second?")
    first.cast(alice, first.choice_set.first().pk)
    second.cast(alice, second.choice_set.last().pk)
    assert votes(first) == [1, 0, 0]
    assert votes(second) == [0, 0, 1]


@pytest.mark.parametrize("voted", [False, True])
def test_a_choice_of_another_question_is_refused_and_nothing_changes(ask, alice, voted):
    mine, other = ask(), ask()
    if voted:
        mine.cast(alice, mine.choice_set.first().pk)
    before = votes(mine)
    for stranger in (other.choice_set.first().pk, 0, -1, 10**6, 2**63, 10**30):
        with pytest.raises(Choice.DoesNotExist):
            mine.cast(alice, stranger)
    assert votes(mine) == before
    assert votes(other) == [0, 0, 0]


def test_the_database_keeps_one_vote_a_user_a_question(question, alice):
    here, there, _ = question.choice_set.all()
    question.cast(alice, here.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(question=question, choice=there, user=alice)


def test_deleted_accounts_leave_their_votes(question, person):
    here = question.choice_set.first()
    for name in ("one", "two"):
        leaver = person(name)
        question.cast(leaver, here.pk)
        leaver.delete()
    assert votes(question) == [2, 0, 0]
    assert list(Vote.objects.values_list("user", flat=True)) == [None, None]


@pytest.mark.django_db(transaction=True)
def test_an_account_that_was_deleted_meanwhile_cannot_vote(question, person, django_user_model):
    ghost = person("ghost")
    django_user_model.objects.get().delete()
    with pytest.raises(django_user_model.DoesNotExist):
        question.cast(ghost, question.choice_set.first().pk)
    assert votes(question) == [0, 0, 0]
    assert not Vote.objects.exists()


def test_a_question_that_was_deleted_meanwhile_takes_no_votes(question, alice):
    choice = question.choice_set.first().pk
    question.cast(alice, choice)
    Question.objects.get().delete()
    assert not Choice.objects.exists()
    assert not Vote.objects.exists()
    for vote in (lambda: question.cast(alice, choice), lambda: question.withdraw(alice), question.delete):
        with pytest.raises(Question.DoesNotExist):
            vote()


def test_many_accounts_at_once_all_count(at_once, question, person):
    here = question.choice_set.first().pk
    people = [person(f"p{n}") for n in range(8)]
    at_once(*[lambda user=user: Question.objects.get().cast(user, here) for user in people])
    assert votes(question) == [8, 0, 0]


def test_one_account_in_a_hurry_has_one_vote(at_once, question, alice):
    choices = [choice.pk for choice in question.choice_set.all()]

    def hurry(first):
        for turn in range(8):
            if turn % 4 == 3:
                question.withdraw(alice)
            else:
                Question.objects.get().cast(alice, choices[(first + turn) % 3])

    at_once(*[lambda first=first: hurry(first) for first in range(6)])
    assert sum(votes(question)) == Vote.objects.count() <= 1
