"""Questions and their choices, as in the tutorial; votes to look at. Nobody edits a vote or a count."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from .models import Choice, Question, Vote


class ChoiceInline(admin.TabularInline):
    model = Choice
    extra = 3
    readonly_fields = ["votes"]


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    fieldsets = [
        (None, {"fields": ["question_text"]}),
        ("Date information", {"fields": ["pub_date"]}),
    ]
    inlines = [ChoiceInline]
    list_display = ["question_text", "pub_date", "was_published_recently", "votes"]
    list_filter = ["pub_date"]
    search_fields = ["question_text"]

    @admin.display(ordering="total")
    def votes(self, question: Any) -> int:
        return question.total or 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        questions: QuerySet[Question] = super().get_queryset(request).annotate(total=Sum("choice__votes"))
        return questions

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Question | None:
        """Locked before its choices are read, when it is about to change: votes of meanwhile would be overwritten."""
        with transaction.atomic():
            question = super().get_object(request, object_id, from_field)
            if question and request.method == "POST":
                question.lock()
        return question

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Question]) -> None:
        for question in queryset:
            question.delete()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Votes go with their question, although nobody may delete one by itself."""
        objects, counts, missing, protected = super().get_deleted_objects(objs, request)
        return objects, counts, missing - {Vote._meta.verbose_name}, protected


@admin.register(Vote)
class VoteAdmin(admin.ModelAdmin):
    list_display = ["question", "choice", "user", "created", "updated"]
    list_filter = ["created", "question"]
    list_select_related = ["question", "choice", "user"]
    search_fields = ["question__question_text", "choice__choice_text"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Vote | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Vote | None = None) -> bool:
        return False
