"""Questions, their choices, and who voted for what.

`Choice.votes` always equals the number of votes for the choice, however many clients come at once. One rule keeps it
so: whoever votes, or edits or deletes a question, first locks the row of the question, with `Question.lock`.
"""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from project.prepared import Prepared

Account = Any
"""Whoever `AUTH_USER_MODEL` names; or nobody, Django's `AnonymousUser`."""

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9998, 12, 31, tzinfo=UTC)
"""Dates that can be told in every time zone: beyond, arithmetic overflows."""


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: Account) -> Self:
        """A question whose date lies ahead exists for staff alone."""
        return self.filter(pub_date__lte=self.latest_for(user))

    def seen_by(self, user: Account, pk: int) -> "Question":
        """One of those; raises Question.DoesNotExist. Its SQL is written once."""
        question = published.first(pk=pk, until=self.latest_for(user))
        if question is None:
            raise Question.DoesNotExist
        return question

    def latest_for(self, user: Account) -> datetime:
        """Until when the dates of questions may lie that this user sees."""
        return LATEST if user.is_staff else timezone.now()


class Question(models.Model):
    question_text = models.CharField(max_length=200)
    pub_date = models.DateTimeField(
        "date published",
        default=timezone.now,
        db_index=True,
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-pub_date", "-id"]

    def __str__(self) -> str:
        return self.question_text

    @cached_property
    def choices(self) -> list["Choice"]:
        """As they are when they are first asked for."""
        return choices_of.all(question=self.pk)

    @admin.display(boolean=True, ordering="pub_date", description="Published recently?")
    def was_published_recently(self) -> bool:
        now = timezone.now()
        return now - timedelta(days=1) <= self.pub_date <= now

    def lock(self) -> None:
        """Until the transaction ends nobody else votes on this question or edits it; what it holds is read anew."""
        self.refresh_from_db(from_queryset=Question.objects.select_for_update())

    def vote_of(self, user: Account) -> "Vote | None":
        return self.vote_set.filter(user=user).first()

    def cast(self, user: Account, choice: int) -> "Vote":
        """Count the vote of this user for the choice with this id; an earlier vote moves, a repeat changes nothing."""
        try:
            with transaction.atomic():
                self.lock()
                vote = self.vote_of(user) or Vote(question=self, user=user)
                if vote.choice_id != choice:
                    if not self.choice_set.filter(pk=choice).update(votes=F("votes") + 1):
                        raise Choice.DoesNotExist(f"No choice {choice} in question {self.pk}.")
                    self.choice_set.filter(pk=vote.choice_id).update(votes=F("votes") - 1)
                    vote.choice_id = choice
                    vote.save(update_fields=["choice", "updated"] if vote.pk else None)
                return vote
        except IntegrityError as error:  # under the lock only the account can be gone
            raise get_user_model().DoesNotExist from error

    def withdraw(self, user: Account) -> bool:
        """Take back the vote of this user; False when there is none."""
        with transaction.atomic():
            self.lock()
            vote = self.vote_of(user)
            if vote:
                self.choice_set.filter(pk=vote.choice_id).update(votes=F("votes") - 1)
                vote.delete()
            return vote is not None

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self.lock()
            return super().delete(*args, **kwargs)


class Choice(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    choice_text = models.CharField(max_length=200)
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.choice_text


class Vote(models.Model):
    """What one account chose. An account that is deleted leaves its vote, without its name."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "user"], name="one_vote_a_user_a_question")]

    def __str__(self) -> str:
        return f"{self.question}: {self.choice}"


published = Prepared(lambda pk, until: Question.objects.filter(pk=pk, pub_date__lte=until))
choices_of = Prepared(lambda question: Choice.objects.filter(question=question))


def with_choices(questions: list[Question]) -> list[Question]:
    """The same questions, their choices fetched all at once, and no more of them than is shown."""
    by_id: dict[int, list[Any]] = {question.pk: [] for question in questions}
    rows = Choice.objects.filter(question__in=by_id).values_list("question_id", "id", "choice_text", "votes", named=True)
    for row in rows:
        by_id[row.question_id].append(row)
    for question in questions:
        question.choices = by_id[question.pk]
    return questions
