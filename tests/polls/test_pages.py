"""The tutorial's pages: its URL names and context names, and the same rules as in the API."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from polls import views
from polls.models import Question

pytestmark = pytest.mark.usefixtures("counts_are_true")


@pytest.fixture
def visitor(client, alice, monkeypatch):
    """Somebody whose cookie opens the API, and so the pages."""
    monkeypatch.setattr(views, "COOKIE_OPENS_THE_API", True)
    client.force_login(alice)
    return client


def votes(question):
    return list(question.choice_set.values_list("votes", flat=True))


def test_the_paths_are_those_of_the_tutorial():
    names = ("detail", "results", "vote")
    assert reverse("polls:index") == "/polls/"
    assert [reverse(f"polls:{name}", args=[5]) for name in names] == [
        "/polls/5/",
        "/polls/5/results/",
        "/polls/5/vote/",
    ]


def test_where_a_cookie_does_not_open_the_api_it_opens_no_page(visitor, question, monkeypatch):
    monkeypatch.setattr(views, "COOKIE_OPENS_THE_API", False)
    path = reverse("polls:vote", args=[question.pk])
    answer = visitor.post(path, {"choice": question.choice_set.first().pk})
    assert answer.status_code == 302
    assert votes(question) == [0, 0, 0]
    assert visitor.get("/polls/").status_code == 302


def test_a_vote_whose_sign_in_ended_is_offered_again(client, question):
    path, detail = (reverse(f"polls:{name}", args=[question.pk]) for name in ("vote", "detail"))
    answer = client.post(path, {"choice": "2"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=" + quote(f"{detail}?choice=2"))


@pytest.mark.parametrize("name", ["index", "detail", "results", "vote"])
def test_a_page_sends_a_stranger_to_the_login(client, question, name):
    path = reverse(f"polls:{name}", args=[] if name == "index" else [question.pk])
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"?next={path}")


def test_the_index_shows_the_twenty_newest_published_questions(visitor, ask):
    now = timezone.now()
    for age in range(-1, 24):
        ask(f"Question {age}?", pub_date=now - timedelta(hours=age, seconds=1))
    listed = visitor.get("/polls/").context["latest_question_list"]
    assert [question.question_text for question in listed] == [f"Question {age}?" for age in range(20)]


@pytest.mark.parametrize("name", ["detail", "results"])
def test_a_page_of_a_question_knows_it(visitor, question, name):
    assert visitor.get(reverse(f"polls:{name}", args=[question.pk])).context["question"] == question


@pytest.mark.parametrize("name", ["detail", "results", "vote"])
def test_a_future_or_missing_question_has_no_page(visitor, ask, name):
    future = ask(pub_date=timezone.now() + timedelta(hours=1))
    for pk in (future.pk, 999999, 10**30):
        path = reverse(f"polls:{name}", args=[pk])
        assert (visitor.post(path) if name == "vote" else visitor.get(path)).status_code == 404


def test_a_vote_goes_on_to_the_results(visitor, question):
    here, there, _ = question.choice_set.all()
    for choice in (here, there):
        answer = visitor.post(reverse("polls:vote", args=[question.pk]), {"choice": choice.pk})
        assert answer.status_code == 302
        assert answer["Location"] == reverse("polls:results", args=[question.pk])
    assert votes(question) == [0, 1, 0]


@pytest.mark.parametrize("form", [{}, *[{"choice": value} for value in ("", "x", "0", "-1", "1.0", "\x00", "9" * 5000)]])
def test_a_vote_for_no_choice_shows_the_question_again(visitor, question, form):
    answer = visitor.post(reverse("polls:vote", args=[question.pk]), form)
    assert answer.status_code == 400
    assert answer.context["error_message"] == "You didn't select a choice."
    assert answer.context["question"] == question
    assert votes(question) == [0, 0, 0]


def test_who_signed_in_to_vote_arrives_at_the_question(visitor, question):
    answer = visitor.get(reverse("polls:vote", args=[question.pk]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("polls:detail", args=[question.pk])


def test_a_question_that_was_deleted_meanwhile_is_a_404(visitor, question, monkeypatch):
    def vanish(self):
        raise Question.DoesNotExist

    monkeypatch.setattr(Question, "lock", vanish)
    assert visitor.post(reverse("polls:vote", args=[question.pk]), {"choice": "1"}).status_code == 404
