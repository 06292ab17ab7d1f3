"""What a client reads and writes of the polls, and what is refused on the way in."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from functools import cache, cached_property
from typing import Any

from django.db import transaction
from django.db.models import BigAutoField
from django.urls import reverse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from .models import Choice, Question, Vote

MOST_CHOICES = 50


class Text(serializers.CharField):
    """A string alone: REST framework would take the number 1 for "1"."""

    def run_validation(self, data: Any = empty) -> Any:
        if data is not empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class Id(serializers.IntegerField):
    """A number that a database can hold, or its digits: REST framework would take 2.0 and "2_0" too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BigAutoField.MAX_BIGINT, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        if isinstance(data, str) and not (data.isascii() and data.isdigit()):
            self.fail("invalid")
        return super().to_internal_value(data)


class ChoiceList(serializers.ListSerializer[Any]):
    """The choices of one question. Its errors are plain messages, so that they fit `{field: [messages]}`."""

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        """A form sends `choices[0]choice_text`; a bare `choices` there must not be overlooked."""
        try:
            return dictionary["choices"] if "choices" in dictionary else super().get_value(dictionary)
        except ValueError:  # a form's choices[n] with more digits than Python reads
            raise ValidationError({"choices": ["The index of a choice is too large."]}) from None

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        if not isinstance(data, list) or not 1 <= len(data) <= MOST_CHOICES:
            raise ValidationError([f"Expected a list of 1 to {MOST_CHOICES} choices."])
        choices, messages = [], []
        for number, item in enumerate(data, 1):
            try:
                choices.append(self.run_child_validation(item))
            except ValidationError as error:
                for name, texts in serializers.as_serializer_error(error).items():
                    messages += [f"Choice {number}: {name}: {text}" for text in texts]
        ids = [choice["id"] for choice in choices if "id" in choice]
        if len(set(ids)) < len(ids):
            messages.append("The id of a choice is there twice.")
        if messages:
            raise ValidationError(messages)
        return choices


@cache
def path_of_list() -> str:
    return reverse("polls:question-list")


def told(choice: Choice) -> dict[str, Any]:
    return {"id": choice.id, "choice_text": choice.choice_text, "votes": choice.votes}


class ChoiceSerializer(serializers.ModelSerializer[Choice]):
    id = Id(required=False, help_text="Of a choice to keep, with its votes. A choice without one is new.")
    choice_text = Text(max_length=200)

    class Meta:
        model = Choice
        fields = ["id", "choice_text", "votes"]
        read_only_fields = ["votes"]
        list_serializer_class = ChoiceList

    def to_representation(self, choice: Choice) -> dict[str, Any]:
        return told(choice)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "choice_text" not in attrs:  # PATCH makes the fields of the question optional, not those of a choice
            raise ValidationError({"choice_text": [self.fields["choice_text"].error_messages["required"]]})
        return attrs


class QuestionSerializer(serializers.ModelSerializer[Question]):
    url = serializers.HyperlinkedIdentityField(view_name="polls:question-detail")
    question_text = Text(max_length=200)
    choices = ChoiceSerializer(source="choice_set", many=True)

    class Meta:
        model = Question
        fields = ["id", "url", "question_text", "pub_date", "choices"]
        extra_kwargs = {"pub_date": {"default_timezone": UTC}}

    @cached_property
    def address(self) -> str:
        """Of the list of questions, as the client reached it."""
        address: str = self.context["request"].build_absolute_uri(path_of_list())
        return address

    def to_representation(self, question: Question) -> dict[str, Any]:
        """Written out: to build the fields and ask each for its value costs as much as all queries of a read."""
        return {
            "id": question.pk,
            "url": f"{self.address}{question.pk}/",
            "question_text": question.question_text,
            "pub_date": question.pub_date,
            "choices": [told(choice) for choice in question.choices],
        }

    def create(self, validated_data: dict[str, Any]) -> Question:
        choices = validated_data.pop("choice_set")
        with transaction.atomic():
            question = super().create(validated_data)
            replace_choices(question, choices)
        return question

    def update(self, instance: Question, validated_data: dict[str, Any]) -> Question:
        choices = validated_data.pop("choice_set", None)
        with transaction.atomic():
            instance.lock()
            question = super().update(instance, validated_data)
            if choices is not None:
                replace_choices(question, choices)
        return question


class VoteSerializer(serializers.Serializer[Vote]):
    question = serializers.IntegerField(source="question_id", read_only=True)
    choice = Id(source="choice_id")
    choices = ChoiceSerializer(source="question.choices", many=True, read_only=True)


def replace_choices(question: Question, items: Iterable[Mapping[str, Any]]) -> None:
    """Keep the choices that are named by id, and their votes; make those without; delete the rest. Needs the lock."""
    old = question.choice_set.in_bulk()
    kept, new = [], []
    for item in items:
        if "id" not in item:
            new.append(Choice(question=question, choice_text=item["choice_text"]))
        elif choice := old.pop(item["id"], None):
            choice.choice_text = item["choice_text"]
            kept.append(choice)
        else:
            raise ValidationError({"choices": [f"{item['id']} is not the id of a choice of this question."]})
    question.choice_set.filter(pk__in=old).delete()
    Choice.objects.bulk_update(kept, ["choice_text"])
    Choice.objects.bulk_create(new)
