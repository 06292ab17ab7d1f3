"""The API as REST framework's tutorial writes it, over the tables of `polls`. Its bytes are those of our own."""

from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from polls.models import Choice, Question


class ChoiceSerializer(ModelSerializer):
    class Meta:
        model = Choice
        fields = ["id", "choice_text", "votes"]


class QuestionSerializer(ModelSerializer):
    choices = ChoiceSerializer(source="choice_set", many=True, read_only=True)

    class Meta:
        model = Question
        fields = ["id", "url", "question_text", "pub_date", "choices"]


class QuestionViewSet(ModelViewSet):
    queryset = Question.objects.prefetch_related("choice_set")
    serializer_class = QuestionSerializer
