"""The pages of the tutorial, for people."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import generic

from .models import Choice, Question


class VisibleQuestions(LoginRequiredMixin):
    """A page for people who are signed in, about the questions that they may see."""

    def get_queryset(self) -> QuerySet[Question]:
        return Question.objects.visible_to(self.request.user)


class IndexView(VisibleQuestions, generic.ListView):
    template_name = "polls/index.html"
    context_object_name = "latest_question_list"

    def get_queryset(self) -> QuerySet[Question]:
        return super().get_queryset()[:20]


class DetailView(VisibleQuestions, generic.DetailView):
    template_name = "polls/detail.html"


class ResultsView(VisibleQuestions, generic.DetailView):
    template_name = "polls/results.html"


class VoteView(DetailView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where a visitor arrives who had to sign in before voting."""
        return redirect("polls:detail", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.object = self.get_object()
        try:
            self.object.cast(request.user, int(request.POST["choice"]))
        except (KeyError, ValueError, Choice.DoesNotExist):
            context: dict[str, Any] = self.get_context_data(error_message="You didn't select a choice.")
            return self.render_to_response(context, status=400)
        except Question.DoesNotExist:
            raise Http404 from None
        except get_user_model().DoesNotExist:
            raise PermissionDenied from None
        return redirect("polls:results", pk)
