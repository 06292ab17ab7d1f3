"""People, a question with three choices, and threads."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from polls.models import Choice, Question


@pytest.fixture
def person(db, django_user_model) -> Callable[..., Any]:
    """Makes an account."""
    return lambda name, **extra: django_user_model.objects.create_user(username=name, email=f"{name}@example.com", **extra)


@pytest.fixture
def alice(person) -> Any:
    return person("alice")


@pytest.fixture
def editor(person) -> Any:
    return person("editor", is_staff=True)


@pytest.fixture
def signed_in() -> Callable[[Any], APIClient]:
    """A client of the API that is signed in, whichever scheme the profile has."""

    def make(user: Any) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return make


@pytest.fixture
def api(signed_in, alice) -> APIClient:
    return signed_in(alice)


@pytest.fixture
def staff(signed_in, editor) -> APIClient:
    return signed_in(editor)


@pytest.fixture
def ask(db) -> Callable[..., Question]:
    """Makes a question with choices."""

    def make(text: str = "Where do we eat?", choices: Iterable[str] = ("Here", "There", "Home"), **extra: Any) -> Question:
        question = Question.objects.create(question_text=text, **extra)
        for choice in choices:
            question.choice_set.create(choice_text=choice)
        return question

    return make


@pytest.fixture
def question(ask) -> Question:
    return ask()


@pytest.fixture
def counts_are_true(db) -> Any:
    """After the test every choice has as many votes as there are rows."""
    yield
    for choice in Choice.objects.all():
        assert choice.votes == choice.vote_set.count(), choice


@pytest.fixture
def at_once(transactional_db, counts_are_true) -> Callable[..., list[Any]]:
    """Runs functions in threads that start together, each with its own connection; returns what they return."""
    if connection.vendor == "sqlite":
        assert not connection.is_in_memory_db(), "threads need a test database in a file: DATABASES[…]['TEST']['NAME']"

    def run(*functions: Callable[[], Any]) -> list[Any]:
        barrier = Barrier(len(functions))

        def start(function: Callable[[], Any]) -> Any:
            try:
                barrier.wait(30)
                return function()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(start, functions))

    return run
