"""The data of the demo: three questions, three people, four applications. The only place that knows all rooms."""

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone
from oauth2_provider.models import Application

from polls.models import Choice, Question
from project.accounts.models import User
from project.accounts.validators import PUBLISHED
from schemes import SCHEMES
from schemes.oauth2.validator import PUBLISHED as CLIENT_SECRET

QUESTIONS = [
    ("Which scheme protects your API?", ["Session", "Token", "JWT", "OAuth2"]),
    ("Where do you keep a token in the browser?", ["In memory", "In a cookie", "In localStorage"]),
    ("What should a logout end?", ["This device", "Every device", "Nothing, the token expires"]),
]
PEOPLE = ["admin", "alice", "bob"]
STUDENT = "student"
APPLICATIONS = {
    "demo-client": {
        "name": "Demo client",
        "client_type": Application.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Application.GRANT_PASSWORD,
    },
    "demo-web": {
        "name": "Demo web page",
        "client_type": Application.CLIENT_PUBLIC,
        "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
        "redirect_uris": "http://127.0.0.1/callback",
        "algorithm": Application.RS256_ALGORITHM,
    },
    "demo-site": {
        "name": "Demo site",
        "client_type": Application.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
        "redirect_uris": "http://127.0.0.1/social/complete/oidc/",
        "algorithm": Application.RS256_ALGORITHM,
    },
    "demo-service": {
        "name": "Demo service",
        "client_type": Application.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Application.GRANT_CLIENT_CREDENTIALS,
    },
}
"""By client id. Any port of the loopback address is a registered one (RFC 8252, section 7.3). `demo-site` is a site like this
one that signs its users in here, as the demo's others do with its provider."""


def refuse_outside_lab() -> None:
    """Every password here is published, so none of it may exist where strangers can reach it."""
    if not settings.LAB:
        raise CommandError("The demo data exists in the lab alone. Set DEBUG=1, on your own machine.")


def seed(students: int = 0) -> Iterator[str]:
    """Make what is missing, change nothing that is there. Yields what it did, in words."""
    with transaction.atomic():
        yield from _seed_people([*PEOPLE, *(f"{STUDENT}{n:02}" for n in range(1, students + 1))])
        yield from _seed_questions()
        yield from _seed_applications()
        with connection.cursor() as cursor:  # PostgreSQL counts ids by itself and did not see ours
            for statement in connection.ops.sequence_reset_sql(no_style(), [Question, Choice]):
                cursor.execute(statement)


def _seed_people(names: list[str]) -> Iterator[str]:
    known = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    for name in names:
        if name in known:
            continue
        staff = name == "admin"
        User.objects.create_user(name, f"{name}@example.com", f"{name}{PUBLISHED}", is_staff=staff, is_superuser=staff)
        yield f"account {name}"


def _seed_questions() -> Iterator[str]:
    """Questions 1 to 3 and their choices keep their ids: people's curl lines name them."""
    choice_id = 0
    for number, (text, choices) in enumerate(QUESTIONS, start=1):
        asked = timezone.now() - timedelta(days=len(QUESTIONS) - number, hours=1)
        question, made = Question.objects.get_or_create(id=number, defaults={"question_text": text, "pub_date": asked})
        for choice in choices:
            choice_id += 1
            if made:
                Choice.objects.create(id=choice_id, question=question, choice_text=choice)
        if made:
            yield f"question {number}"


def _seed_applications() -> Iterator[str]:
    """One a grant: the legacy one, what replaces it where there is a person, and where there is none."""
    for name, fields in APPLICATIONS.items():
        _, made = Application.objects.get_or_create(client_id=name, defaults=fields | {"client_secret": CLIENT_SECRET})
        if made:
            yield f"application {name}"


def wipe() -> None:
    """Delete every row that anybody made: people, polls, credentials, applications, counters."""
    rooms = ["accounts", "admin", "authtoken", "oauth2_provider", "polls", "sessions", "social_django", *SCHEMES]
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    tables = [model._meta.db_table for model in models]
    tables += [through._meta.db_table for through in (User.groups.through, User.user_permissions.through)]
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True):
            cursor.execute(statement)
