"""The polls API: the contract's promises, and every kind of nonsense answered with a 4xx."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer
from rest_framework.test import APIClient, APIRequestFactory

from polls.models import Choice, Question, Vote
from polls.serializers import ChoiceSerializer, QuestionSerializer

pytestmark = pytest.mark.usefixtures("counts_are_true")

QUESTIONS = "/polls/api/questions/"
TEA = {"question_text": "Tea or coffee?", "choices": [{"choice_text": "Tea"}, {"choice_text": "Coffee"}]}
HUGE = 10**30
BEYOND_BIGINT = 2**63


def path_of(question, tail=""):
    return f"{QUESTIONS}{question.pk}/{tail}"


def votes(question):
    return list(question.choice_set.values_list("votes", flat=True))


def assert_invalid(answer):
    """400 with messages by field, or one sentence."""
    assert answer.status_code == 400, answer.content
    body = answer.json()
    assert isinstance(body, dict)
    assert body
    assert all(messages and all(isinstance(text, str) for text in messages) for messages in body.values())


# Reading


def test_a_question_reads_as_promised(api, ask):
    question = ask(pub_date=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC))
    here, there, home = question.choice_set.all()
    assert api.get(path_of(question)).json() == {
        "id": question.pk,
        "url": f"http://testserver{path_of(question)}",
        "question_text": "Where do we eat?",
        "pub_date": "2026-02-03T04:05:06Z",
        "choices": [
            {"id": here.pk, "choice_text": "Here", "votes": 0},
            {"id": there.pk, "choice_text": "There", "votes": 0},
            {"id": home.pk, "choice_text": "Home", "votes": 0},
        ],
    }


def test_what_is_written_out_is_what_the_fields_say(api, ask):
    """The serializer writes out what it tells; REST framework would ask each field."""
    question = ask()
    request = APIRequestFactory().get("/")
    said = ModelSerializer.to_representation(QuestionSerializer(context={"request": request}), question)
    said["choices"] = [ModelSerializer.to_representation(ChoiceSerializer(), choice) for choice in question.choice_set.all()]
    assert api.get(path_of(question)).json() == json.loads(JSONRenderer().render(said))
    assert api.get(QUESTIONS).json()["results"] == [json.loads(JSONRenderer().render(said))]


def test_times_are_utc_whatever_zone_is_active(api, staff, question):
    with timezone.override("Asia/Tokyo"):
        made = staff.post(QUESTIONS, TEA | {"pub_date": "2026-02-03T04:05:06"}).json()
        assert made["pub_date"] == "2026-02-03T04:05:06Z"
        assert api.get(f"{QUESTIONS}{made['id']}/").json()["pub_date"] == "2026-02-03T04:05:06Z"


def test_the_list_comes_in_pages_newest_first(api, ask):
    now = timezone.now()
    asked = [ask(f"Question {n}?", pub_date=now - timedelta(days=n // 2)) for n in range(45)]
    wanted = [question.pk for question in sorted(asked, key=lambda question: (question.pub_date, question.pk))][::-1]
    first = api.get(QUESTIONS).json()
    assert set(first) == {"count", "next", "previous", "results"}
    assert (first["count"], len(first["results"]), first["previous"]) == (45, 20, None)
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    assert third["next"] is None
    assert api.get(third["previous"]).json() == second
    pages = first["results"] + second["results"] + third["results"]
    assert [question["id"] for question in pages] == wanted


@pytest.mark.parametrize("page", ["0", "-1", "4", "x", "1.5", "last", HUGE, "9" * 5000, "%00", "1e400"])
def test_a_page_that_is_not_there_is_a_404(api, question, page):
    answer = api.get(f"{QUESTIONS}?page={page}")
    assert answer.status_code == 404
    assert answer.json()["detail"]


@pytest.mark.parametrize(("search", "found"), [("tea", ["Tea?"]), ("TEA", ["Tea?"]), ("", ["Beer?", "Tea?"]), ("wine", [])])
def test_search_looks_at_the_question(api, ask, search, found):
    ask("Tea?")
    ask("Beer?", choices=["wine"])
    assert [question["question_text"] for question in api.get(QUESTIONS, {"search": search}).json()["results"]] == found


@pytest.mark.parametrize("search", ['"', "'", '"a', "%", "\\", "a," * 100, "(", "\udcff".encode("utf8", "replace"), " "])
def test_odd_searches_are_searches(api, question, search):
    assert api.get(QUESTIONS, {"search": search}).status_code == 200


@pytest.mark.parametrize("search", ["\x00", "a\x00b", "a," * 500, "x" * 201])
def test_a_search_that_no_database_takes_is_refused(api, question, search):
    answer = api.get(QUESTIONS, {"search": search})
    assert_invalid(answer)
    assert "search" in answer.json()


@pytest.mark.parametrize(
    ("ordering", "wanted"),
    [
        ("pub_date", "CBA"),
        ("-pub_date", "ABC"),
        ("question_text", "ABC"),
        ("-question_text", "CBA"),
        ("id", "BCA"),
        ("-id", "ACB"),
        (" question_text , -id", "ABC"),
        ("", "ABC"),
    ],
)
def test_the_list_can_be_ordered(api, ask, ordering, wanted):
    now = timezone.now()
    for text, age in [("B", 2), ("C", 3), ("A", 1)]:
        ask(text, pub_date=now - timedelta(hours=age))
    results = api.get(QUESTIONS, {"ordering": ordering}).json()["results"]
    assert "".join(question["question_text"] for question in results) == wanted


def test_equal_texts_are_ordered_by_id(api, ask):
    asked = [ask("Same?").pk for _ in range(3)]
    results = api.get(QUESTIONS, {"ordering": "question_text"}).json()["results"]
    assert [question["id"] for question in results] == asked[::-1]


@pytest.mark.parametrize("ordering", ["votes", "choice__votes", "--id", "id,id", "id,-id", ",", "?", "id," * 3000, "\x00"])
def test_an_ordering_that_is_not_offered_is_refused(api, question, ordering):
    answer = api.get(QUESTIONS, {"ordering": ordering})
    assert_invalid(answer)
    assert "ordering" in answer.json()


def test_search_and_ordering_are_for_the_list(api, question):
    assert api.get(path_of(question) + "?search=nothing&ordering=nonsense").status_code == 200


@pytest.mark.parametrize("pk", [0, -1, 999999, BEYOND_BIGINT, HUGE, "9" * 5000, "x", "1.5", "%00", "null", "1e3", "٠"])
@pytest.mark.parametrize("tail", ["", "vote/"])
def test_an_id_that_is_none_is_a_404(staff, question, pk, tail):
    body = {"choice": 1} if tail else TEA
    for method in ("get", "put", "delete"):
        answer = getattr(staff, method)(f"{QUESTIONS}{pk}/{tail}", body if method == "put" else None)
        assert answer.status_code == 404, (method, answer.content)


@pytest.mark.parametrize("number", [1, 5])
def test_the_number_of_queries_does_not_grow(api, ask, alice, django_assert_num_queries, number):
    for n in range(number):
        question = ask(f"Question {n}?")
        question.cast(alice, question.choice_set.first().pk)
    with django_assert_num_queries(2):
        assert api.get(path_of(question)).status_code == 200
    with django_assert_num_queries(3):
        assert len(api.get(QUESTIONS).json()["results"]) == number
    with django_assert_num_queries(3):
        assert api.get(path_of(question, "vote/")).status_code == 200


def test_a_vote_costs_the_same_however_many_choices_there_are(api, ask):
    costs = set()
    for number in (2, 40):
        question = ask(choices=[f"Choice {n}" for n in range(number)])
        with CaptureQueriesContext(connection) as queries:
            assert api.put(path_of(question, "vote/"), {"choice": question.choice_set.last().pk}).status_code == 200
        costs.add(len(queries))
    assert len(costs) == 1


# Who may


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("tail", ["", "1/", "1/vote/", "999/vote/"])
def test_nobody_does_anything_without_a_credential(db, method, tail):
    assert getattr(APIClient(), method)(QUESTIONS + tail).status_code in (401, 403)


@pytest.mark.parametrize(("method", "tail"), [("post", ""), ("put", "{}/"), ("patch", "{}/"), ("delete", "{}/")])
def test_staff_alone_writes_questions(api, question, method, tail):
    answer = getattr(api, method)(QUESTIONS + tail.format(question.pk), TEA)
    assert answer.status_code == 403
    assert answer.json()["detail"]
    assert Question.objects.get() == question


@pytest.mark.parametrize("who", ["api", "staff"])
def test_a_method_that_is_not_there_is_a_405_for_everybody(request, who, question):
    client = request.getfixturevalue(who)
    assert client.delete(QUESTIONS).status_code == 405
    assert client.post(path_of(question), TEA).status_code == 405
    assert client.patch(path_of(question, "vote/"), {"choice": 1}).status_code == 405


@pytest.mark.parametrize("method", ["get", "put", "post", "delete"])
def test_a_future_question_exists_for_staff_alone(api, staff, ask, method):
    future = ask(pub_date=timezone.now() + timedelta(hours=1))
    body = {"choice": future.choice_set.first().pk} if method in ("put", "post") else None
    assert api.get(path_of(future)).status_code == 404
    assert api.get(QUESTIONS).json()["count"] == 0
    assert getattr(api, method)(path_of(future, "vote/"), body).status_code == 404
    assert not Vote.objects.exists()
    assert staff.get(path_of(future)).status_code == 200
    assert staff.get(QUESTIONS).json()["count"] == 1
    assert staff.put(path_of(future, "vote/"), {"choice": future.choice_set.first().pk}).status_code == 200


# Writing questions


def test_staff_asks_changes_and_deletes(api, staff):
    made = staff.post(QUESTIONS, TEA)
    assert made.status_code == 201
    path = f"{QUESTIONS}{made.json()['id']}/"
    assert api.get(path).json() == made.json()
    assert [choice["choice_text"] for choice in made.json()["choices"]] == ["Tea", "Coffee"]
    assert staff.patch(path, {"question_text": "Tea?"}).json() == made.json() | {"question_text": "Tea?"}
    assert staff.put(path, TEA).json()["question_text"] == "Tea or coffee?"
    assert staff.delete(path).status_code == 204
    assert api.get(path).status_code == staff.delete(path).status_code == 404
    assert not Choice.objects.exists()


def test_a_form_is_read_as_well(staff):
    form = "question_text=Tea%3F&choices[0]choice_text=Yes&choices[1]choice_text=No"
    made = staff.post(QUESTIONS, form, content_type="application/x-www-form-urlencoded")
    assert made.status_code == 201
    assert [choice["choice_text"] for choice in made.json()["choices"]] == ["Yes", "No"]
    path = f"{QUESTIONS}{made.json()['id']}/vote/"
    voted = staff.post(path, f"choice={made.json()['choices'][1]['id']}", content_type="application/x-www-form-urlencoded")
    assert [choice["votes"] for choice in voted.json()["choices"]] == [0, 1]


@pytest.mark.parametrize("method", ["put", "patch"])
def test_choices_are_kept_by_id_with_their_votes(staff, ask, alice, person, method):
    question = ask()
    here, there, home = question.choice_set.all()
    question.cast(alice, here.pk)
    question.cast(person("bob"), there.pk)
    choices = [{"choice_text": "Abroad"}, {"id": here.pk, "choice_text": "Right here"}]
    answer = getattr(staff, method)(path_of(question), {"question_text": "Where?", "choices": choices})
    assert answer.status_code == 200
    new = question.choice_set.last()
    assert new.pk not in (here.pk, there.pk, home.pk)
    assert answer.json()["choices"] == [
        {"id": here.pk, "choice_text": "Right here", "votes": 1},
        {"id": new.pk, "choice_text": "Abroad", "votes": 0},
    ]
    assert Vote.objects.get().user == alice


def test_the_number_of_votes_is_read_only(staff, question):
    choices = [{"id": choice.pk, "choice_text": "x", "votes": 1000} for choice in question.choice_set.all()]
    answer = staff.put(path_of(question), {"question_text": "Mine?", "choices": choices, "id": 7, "url": "x"})
    assert answer.status_code == 200
    assert answer.json()["id"] == question.pk
    assert votes(question) == [0, 0, 0]


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize("whose", ["another", "nobody", "twice"])
def test_an_id_that_is_not_of_this_question_changes_nothing(staff, ask, method, whose):
    question, other = ask(), ask("Other?")
    here = question.choice_set.first().pk
    wrong = {"another": other.choice_set.first().pk, "nobody": BEYOND_BIGINT - 1, "twice": here}[whose]
    body = {"question_text": "New?", "choices": [{"id": here, "choice_text": "A"}, {"id": wrong, "choice_text": "B"}]}
    answer = getattr(staff, method)(path_of(question), body)
    assert_invalid(answer)
    assert set(answer.json()) == {"choices"}
    question.refresh_from_db()
    assert question.question_text == "Where do we eat?"
    assert list(Choice.objects.values_list("choice_text", flat=True)) == ["Here", "There", "Home"] * 2


def test_a_new_question_has_no_choices_to_keep(staff, question):
    here = question.choice_set.first().pk
    assert_invalid(staff.post(QUESTIONS, {"question_text": "?", "choices": [{"id": here, "choice_text": "Here"}]}))
    assert Question.objects.get() == question
    assert question.choice_set.count() == 3


def test_fifty_choices_are_enough(staff):
    choices = [{"choice_text": f"Choice {n}"} for n in range(51)]
    assert_invalid(staff.post(QUESTIONS, {"question_text": "Too many?", "choices": choices}))
    assert staff.post(QUESTIONS, {"question_text": "Many?", "choices": choices[:50]}).status_code == 201


def test_a_change_of_one_field_does_not_undo_a_change_of_another(staff, question, monkeypatch):
    """Two editors at once: what the second one read before the first one wrote must not come back."""
    lock = Question.lock

    def late(self):
        Question.objects.update(question_text="Changed meanwhile?")
        lock(self)

    monkeypatch.setattr(Question, "lock", late)
    answer = staff.patch(path_of(question), {"pub_date": "2026-01-01T00:00:00Z"})
    assert answer.json()["question_text"] == "Changed meanwhile?"


BAD_TEXTS = [None, "", " ", 0, 1, 1.5, True, [], ["a"], {}, "x" * 201, "a\x00b"]
BAD_DATES = [None, "", 0, 1.5, True, [], {}, "x", "2026", "2026-13-01T00:00Z", "2026-02-30T00:00Z", "0000-01-01T00:00Z"]
BAD_DATES += ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1899-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"]
BAD_DATES += ["9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2026-01-01T00:00:00+99:00", "\x00"]
BAD_IDS = [None, "", "x", "1_0", " ", "٣", "1\x00", 0, -1, "-1", True, False, 1.0, 1.5, BEYOND_BIGINT, HUGE, "9" * 5000]
BAD_IDS += [1e300, [], [1], {}, {"id": 1}]
BAD_CHOICES = [None, "", "x", 1, True, {}, [], [None], ["x"], [1], [[]], [{}], [{"id": None}], [{"votes": 1}]]
BAD_CHOICES += [[{"choice_text": text}] for text in BAD_TEXTS] + [[{"choice_text": "x", "id": pk}] for pk in BAD_IDS]
BAD_CHOICES += [[{"choice_text": "x"}, {"choice_text": ""}], [{"choice_text": "x"}, None]]
BAD_BODIES = [None, [], {}, "x", 1, True, [TEA], {"question_text": "x"}, {"choices": TEA["choices"]}]


@pytest.mark.parametrize("method", ["post", "put", "patch"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("question_text", text) for text in BAD_TEXTS],
        *[("pub_date", date) for date in BAD_DATES],
        *[("choices", choices) for choices in BAD_CHOICES],
    ],
)
def test_a_field_that_makes_no_sense_is_named(staff, question, method, field, value):
    path = QUESTIONS if method == "post" else path_of(question)
    answer = getattr(staff, method)(path, TEA | {field: value})
    assert_invalid(answer)
    assert set(answer.json()) == {field}
    assert Question.objects.values_list("question_text").get() == ("Where do we eat?",)
    assert Choice.objects.count() == 3


@pytest.mark.parametrize(
    "change", [{"question_text": "\ud800"}, {"choices": [{"choice_text": "\ud800"}]}, {"pub_date": "\ud800"}]
)
def test_half_of_a_surrogate_pair_is_no_text(staff, change):
    answer = staff.post(QUESTIONS, json.dumps(TEA | change), content_type="application/json")
    assert_invalid(answer)
    assert not Question.objects.exists()


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_body_that_is_no_question_is_refused(staff, question, method, body):
    assert_invalid(getattr(staff, method)(QUESTIONS if method == "post" else path_of(question), body))


@pytest.mark.parametrize("form", ["choices=x", "choices=", "choices", "choices=x&choices[0]choice_text=Yes"])
def test_a_form_without_a_list_of_choices_is_refused(staff, question, form):
    answer = staff.patch(path_of(question), form, content_type="application/x-www-form-urlencoded")
    assert_invalid(answer)
    assert set(answer.json()) == {"choices"}


@pytest.mark.parametrize("index", ["9" * 5000, "x", "-1", ""])
def test_a_form_with_an_odd_index_is_refused(staff, index):
    form = f"question_text=Tea%3F&choices[{index}]choice_text=Yes"
    answer = staff.post(QUESTIONS, form, content_type="application/x-www-form-urlencoded")
    assert_invalid(answer)
    assert "choices" in answer.json()


@pytest.mark.parametrize("date", ["1900-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "9998-12-30T23:59:59.999999+00:01"])
def test_a_date_in_range_can_be_read_back(staff, date):
    made = staff.post(QUESTIONS, TEA | {"pub_date": date})
    assert made.status_code == 201
    assert made.json()["pub_date"].endswith("Z")
    assert staff.get(made.json()["url"]).json() == made.json()


# Voting


@pytest.mark.parametrize("method", ["put", "post"])
def test_a_vote_counts_once_and_moves(api, question, method):
    here, there, _ = question.choice_set.all()
    path = path_of(question, "vote/")
    for _ in range(2):
        answer = getattr(api, method)(path, {"choice": here.pk})
        assert answer.status_code == 200
        assert answer.json() == {
            "question": question.pk,
            "choice": here.pk,
            "choices": [
                {"id": choice.pk, "choice_text": choice.choice_text, "votes": int(choice == here)}
                for choice in question.choice_set.all()
            ],
        }
    moved = getattr(api, method)(path, {"choice": there.pk})
    assert moved.json()["choice"] == there.pk
    assert votes(question) == [0, 1, 0]
    assert api.get(path).json() == moved.json()
    assert api.get(path_of(question)).json()["choices"] == moved.json()["choices"]


def test_a_vote_is_withdrawn_once(api, question):
    path = path_of(question, "vote/")
    api.put(path, {"choice": question.choice_set.first().pk})
    answer = api.delete(path)
    assert answer.status_code == 204
    assert not answer.content
    assert votes(question) == [0, 0, 0]
    for gone in (api.get(path), api.delete(path)):
        assert gone.status_code == 404
        assert gone.json()["detail"]


def test_my_vote_is_mine(api, signed_in, person, question):
    here, there, _ = question.choice_set.all()
    bob = signed_in(person("bob"))
    path = path_of(question, "vote/")
    api.put(path, {"choice": here.pk})
    assert bob.get(path).status_code == bob.delete(path).status_code == 404
    bob.put(path, {"choice": there.pk})
    assert (api.get(path).json()["choice"], bob.get(path).json()["choice"]) == (here.pk, there.pk)
    assert votes(question) == [1, 1, 0]


def test_the_votes_of_a_deleted_account_stay(api, alice, staff, question):
    api.put(path_of(question, "vote/"), {"choice": question.choice_set.first().pk})
    before = staff.get(path_of(question)).json()
    alice.delete()
    assert staff.get(path_of(question)).json() == before
    assert before["choices"][0]["votes"] == 1
    assert Vote.objects.get().user is None


@pytest.mark.parametrize("voted", [False, True])
@pytest.mark.parametrize(
    "body", [None, [], {}, "x", 1, {"question": 1}, {"choice": 999999}, *[{"choice": pk} for pk in BAD_IDS]]
)
def test_what_is_no_choice_is_refused(api, question, body, voted):
    path = path_of(question, "vote/")
    if voted:
        api.put(path, {"choice": question.choice_set.last().pk})
    for method in (api.put, api.post):
        assert_invalid(method(path, body))
    assert votes(question) == [0, 0, int(voted)]


def test_a_choice_of_another_question_is_refused(api, ask):
    question, other = ask(), ask()
    answer = api.put(path_of(question, "vote/"), {"choice": other.choice_set.first().pk})
    assert_invalid(answer)
    assert set(answer.json()) == {"choice"}
    assert votes(question) == votes(other) == [0, 0, 0]


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b'{"choice": NaN}', b'{"choice": 1e400}', b'{"choice": -Infinity}', b'{"choice": "\xff"}', b"\x00"],
)
def test_a_body_that_is_not_json_is_refused(api, question, body):
    assert_invalid(api.put(path_of(question, "vote/"), body, content_type="application/json"))


@pytest.mark.parametrize("form", ["", "choice", "choice=", "choice=x", "choice=%00", "choice=%FF", "choice=1.0"])
def test_a_form_that_is_no_vote_is_refused(api, question, form):
    answer = api.put(path_of(question, "vote/"), form, content_type="application/x-www-form-urlencoded")
    assert_invalid(answer)


def test_a_content_type_that_is_not_read_is_a_415(api, question):
    answer = api.put(path_of(question, "vote/"), "<vote/>", content_type="application/xml")
    assert answer.status_code == 415
    assert answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
def test_an_account_that_was_deleted_meanwhile_is_refused(signed_in, person, question, django_user_model):
    ghost = signed_in(person("ghost"))
    django_user_model.objects.get().delete()
    answer = ghost.put(path_of(question, "vote/"), {"choice": question.choice_set.first().pk})
    assert answer.status_code in (401, 403)
    assert answer.json()["detail"]
    assert votes(question) == [0, 0, 0]


# At once


def test_votes_of_many_at_once_all_count(at_once, signed_in, person, question):
    here = question.choice_set.first().pk
    clients = [signed_in(person(f"p{n}")) for n in range(8)]

    def vote(client):
        return [client.put(path_of(question, "vote/"), {"choice": here}).status_code for _ in range(3)]

    assert at_once(*[lambda client=client: vote(client) for client in clients]) == [[200] * 3] * 8
    assert votes(question) == [8, 0, 0]


def test_one_account_that_votes_moves_and_withdraws_at_once_has_one_vote(at_once, api, question):
    choices = [choice.pk for choice in question.choice_set.all()]
    path = path_of(question, "vote/")

    def hurry(first):
        return [
            (api.delete(path) if turn % 4 == 3 else api.put(path, {"choice": choices[(first + turn) % 3]})).status_code
            for turn in range(8)
        ]

    answers = {status for row in at_once(*[lambda first=first: hurry(first) for first in range(6)]) for status in row}
    assert answers <= {200, 204, 404}
    assert sum(votes(question)) == Vote.objects.count() <= 1


def test_votes_while_the_choices_are_replaced_are_counted_or_refused(at_once, signed_in, person, staff, question):
    here, there, _ = (choice.pk for choice in question.choice_set.all())
    clients = [signed_in(person(f"p{n}")) for n in range(4)]

    def vote(client):
        return [client.put(path_of(question, "vote/"), {"choice": pk}).status_code for pk in (there, here) * 4]

    def replace():
        kept = {"id": here, "choice_text": "Here"}
        for turn in range(8):
            new = [{"choice_text": f"New {turn}"}] if turn % 2 else []
            yield staff.put(path_of(question), {"question_text": "?", "choices": [kept, *new]}).status_code

    replaced, *voted = at_once(lambda: list(replace()), *[lambda client=client: vote(client) for client in clients])
    assert replaced == [200] * 8
    assert {status for row in voted for status in row} <= {200, 400}
    assert Choice.objects.get(pk=here).votes == 4


def test_votes_while_the_question_is_deleted_are_counted_or_refused(at_once, signed_in, person, staff, ask):
    for turn in range(5):
        question = ask(f"Question {turn}?")
        choices = [choice.pk for choice in question.choice_set.all()]
        clients = [signed_in(person(f"p{turn}-{n}")) for n in range(3)]

        def vote(client, question=question, choices=choices):
            return {client.put(path_of(question, "vote/"), {"choice": pk}).status_code for pk in choices}

        deletions = [lambda question=question: {staff.delete(path_of(question)).status_code}] * 2
        *voted, first, second = at_once(*[lambda client=client: vote(client) for client in clients], *deletions)
        assert set().union(*voted) <= {200, 404}
        assert sorted(first | second) == [204, 404]
    assert not Vote.objects.exists()
    assert not Choice.objects.exists()


def test_accounts_that_are_deleted_while_they_vote_get_no_500(at_once, signed_in, person, question, django_user_model):
    choices = [choice.pk for choice in question.choice_set.all()]
    for turn in range(5):
        user = person(f"leaver{turn}")
        client = signed_in(django_user_model.objects.get(pk=user.pk))

        def vote(client=client):
            return {client.put(path_of(question, "vote/"), {"choice": pk}).status_code for pk in choices}

        def leave(user=user):
            with transaction.atomic():  # locked first: on PostgreSQL a vote of meanwhile would forbid the deletion
                django_user_model.objects.select_for_update().get(pk=user.pk).delete()

        answers, _ = at_once(vote, leave)
        assert answers <= {200, 401, 403}
    assert not Vote.objects.exclude(user=None).exists()
