"""The pages of the tutorial, for people."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import generic
from django.views.decorators.cache import never_cache
from rest_framework.authentication import SessionAuthentication
from rest_framework.settings import api_settings

from .api import Page
from .models import Choice, Question

COOKIE_OPENS_THE_API = issubclass(api_settings.DEFAULT_AUTHENTICATION_CLASSES[0], SessionAuthentication)  # type: ignore[arg-type]
"""Where it does not, a session (an admin's, say) opens no page either. Everybody is sent to the sign-in page: its
script shows the polls inside that one document, for only a script sends a header."""


@method_decorator(never_cache, name="dispatch")
class VisibleQuestions(LoginRequiredMixin, generic.View):
    """A page for people who are signed in, about the questions that they may see. Who went back to it sees it as it is now."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not COOKIE_OPENS_THE_API:
            request.user = AnonymousUser()
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Question]:
        return Question.objects.visible_to(self.request.user)


class IndexView(VisibleQuestions, generic.ListView):
    template_name = "polls/index.html"
    context_object_name = "latest_question_list"
    paginate_by = Page.page_size

    def get_queryset(self) -> QuerySet[Question]:
        questions = super().get_queryset().annotate(votes=Coalesce(Sum("choice__votes"), 0))
        return questions.order_by("-pub_date", "-id")  # a sum forgets how the model is ordered


class QuestionView(VisibleQuestions, generic.DetailView):
    """One question, and what the reader chose."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        vote = self.object.vote_of(self.request.user)
        return super().get_context_data(choices=list(self.object.choice_set.all()), mine=vote and vote.choice_id, **kwargs)


class DetailView(QuestionView):
    template_name = "polls/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`marked`: a vote that was not sent, because somebody had to sign in first, comes before the one that counts."""
        context = super().get_context_data(**kwargs)
        asked = self.request.GET.get("choice", "")
        marked = next((choice.pk for choice in context["choices"] if str(choice.pk) == asked), context["mine"])
        return context | {"marked": marked}


class ResultsView(QuestionView):
    template_name = "polls/results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each choice with its `share`, in per cent."""
        context = super().get_context_data(**kwargs)
        total = sum(choice.votes for choice in context["choices"])
        for choice in context["choices"]:
            choice.share = int(choice.votes * 100 / total + 0.5) if total else 0
        return context | {"total": total}


class VoteView(DetailView):
    """A vote, or with `withdraw` the end of one."""

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
            if "withdraw" in request.POST:
                self.object.withdraw(request.user)
                messages.success(request, "Your vote is withdrawn.")
                return redirect("polls:detail", pk)
            self.object.cast(request.user, int(request.POST["choice"]))
        except (KeyError, ValueError, Choice.DoesNotExist):
            context: dict[str, Any] = self.get_context_data(error_message="You didn't select a choice.")
            return self.render_to_response(context, status=400)
        except Question.DoesNotExist:
            raise Http404 from None
        except get_user_model().DoesNotExist:
            raise PermissionDenied from None
        return redirect("polls:results", pk)
