"""The pages of the tutorial, for people."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views import generic
from rest_framework.authentication import SessionAuthentication
from rest_framework.settings import api_settings

from .models import Choice, Question

COOKIE_OPENS_THE_API = issubclass(api_settings.DEFAULT_AUTHENTICATION_CLASSES[0], SessionAuthentication)  # type: ignore[arg-type]
"""Where it does not, a session (an admin's, say) opens no page either. Everybody is sent to the sign-in page: its
script shows the polls inside that one document, for only a script sends a header."""


class VisibleQuestions(LoginRequiredMixin, generic.View):
    """A page for people who are signed in, about the questions that they may see."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not COOKIE_OPENS_THE_API:
            request.user = AnonymousUser()
        return super().dispatch(request, *args, **kwargs)

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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choices = self.object.choice_set.all()
        return super().get_context_data(choices=choices, total=sum(choice.votes for choice in choices), **kwargs)


class VoteView(DetailView):
    def handle_no_permission(self) -> HttpResponseRedirect:
        """A sign-in that ended before its vote: the choice is marked again after the next one."""
        choice = self.request.POST.get("choice", "")[:20]
        if not choice:
            return super().handle_no_permission()
        detail = reverse("polls:detail", kwargs=self.kwargs)
        return redirect_to_login(f"{detail}?{urlencode({'choice': choice})}")

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
