"""The admin may change questions, and no count becomes untrue by it."""

import pytest
from django.urls import reverse

from polls.models import Choice, Question, Vote

pytestmark = pytest.mark.usefixtures("counts_are_true")


@pytest.fixture
def boss(person):
    return person("boss", is_staff=True, is_superuser=True)


@pytest.fixture
def office(client, boss):
    client.force_login(boss)
    return client


def form_of(question, choices, **extra):
    """What the browser sends from the page of a question."""
    form = {"question_text": "Edited?", "pub_date_0": "2026-01-01", "pub_date_1": "12:00:00"}
    form |= {"choice_set-TOTAL_FORMS": len(choices) + 1, "choice_set-INITIAL_FORMS": len(choices)}
    for n, choice in enumerate(choices):
        form |= {f"choice_set-{n}-id": choice.pk, f"choice_set-{n}-choice_text": f"Edited {n}"}
        form |= {f"choice_set-{n}-question": question.pk, f"choice_set-{n}-votes": 1000}
    return form | {f"choice_set-{len(choices)}-choice_text": "Added"} | extra


def test_the_lists_show_dates_and_votes(office, question, alice, django_assert_max_num_queries):
    question.cast(alice, question.choice_set.first().pk)
    with django_assert_max_num_queries(10):
        page = office.get(reverse("admin:polls_question_changelist"), {"q": "eat"})
    assert page.context["cl"].result_list.get().total == 1
    assert "Where do we eat?" in office.get(reverse("admin:polls_vote_changelist"), {"q": "Here"}).content.decode()


def test_an_edit_keeps_the_votes(office, question, alice):
    here, there, home = question.choice_set.all()
    question.cast(alice, here.pk)
    form = form_of(question, [here, there, home]) | {"choice_set-2-DELETE": "on"}
    path = reverse("admin:polls_question_change", args=[question.pk])
    assert office.post(path, form).status_code == 302
    assert list(question.choice_set.values_list("choice_text", "votes")) == [
        ("Edited 0", 1),
        ("Edited 1", 0),
        ("Added", 0),
    ]
    assert office.get(path).status_code == 200


def test_votes_during_an_edit_are_not_overwritten(at_once, office, signed_in, person, question):
    choices = list(question.choice_set.all())
    path = reverse("admin:polls_question_change", args=[question.pk])
    people = [signed_in(person(f"p{n}")) for n in range(4)]

    def edit():
        added = {f"choice_set-{len(choices)}-choice_text": ""}
        return {office.post(path, form_of(question, choices) | added).status_code for _ in range(6)}

    def vote(client):
        body = [{"choice": choice.pk} for choice in choices] * 3
        return {client.put(f"/polls/api/questions/{question.pk}/vote/", choice).status_code for choice in body}

    edited, *voted = at_once(edit, *[lambda client=client: vote(client) for client in people])
    assert edited == {302}
    assert voted == [{200}] * 4
    assert [choice.votes for choice in question.choice_set.all()] == [0, 0, 4]


def test_a_question_goes_with_its_votes(office, ask, alice):
    for bulk in (False, True):
        question = ask()
        question.cast(alice, question.choice_set.first().pk)
        if bulk:
            form = {"action": "delete_selected", "_selected_action": question.pk, "post": "yes"}
            answer = office.post(reverse("admin:polls_question_changelist"), form)
        else:
            answer = office.post(reverse("admin:polls_question_delete", args=[question.pk]), {"post": "yes"})
        assert answer.status_code == 302
        assert not Question.objects.exists()
        assert not Choice.objects.exists()
        assert not Vote.objects.exists()


def test_nobody_edits_a_vote(office, question, alice):
    vote = question.cast(alice, question.choice_set.first().pk)
    assert office.get(reverse("admin:polls_vote_change", args=[vote.pk])).status_code == 200
    for name, args in (("add", []), ("change", [vote.pk]), ("delete", [vote.pk])):
        assert office.post(reverse(f"admin:polls_vote_{name}", args=args), {"post": "yes"}).status_code == 403
    assert Vote.objects.get() == vote


@pytest.mark.parametrize("pk", ["x", "999999", "9" * 30, "_00"])
@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_a_question_that_is_not_there_is_no_error(office, pk, name):
    path = reverse(f"admin:polls_question_{name}", args=[pk])
    assert {office.get(path).status_code, office.post(path, {"post": "yes"}).status_code} <= {302, 404}


def test_the_history_answers_a_post_too(office, question):
    assert office.post(reverse("admin:polls_question_history", args=[question.pk])).status_code == 200


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31", "10000-01-01", "x", "2026-01-01\x00"])
def test_a_date_out_of_range_is_refused(office, question, date):
    path = reverse("admin:polls_question_change", args=[question.pk])
    answer = office.post(path, form_of(question, question.choice_set.all(), pub_date_0=date))
    assert answer.status_code == 200
    assert answer.context["adminform"].errors
