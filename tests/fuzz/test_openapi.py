"""What fits the OpenAPI document, or misses it by a little, is answered as the document says: in every profile, to anybody."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema

from project.compare.servers import Site, manage
from schemes.story import card
from tests.fuzz.conftest import DEPLOYED

LEFT_OUT = {
    # It calls a refusal wrong that no schema can tell: a weak password, a name that is taken, another question's choice.
    "positive_data_acceptance": {"enabled": False},
    # All others of schemathesis are on. Those that compare several requests (use_after_free, ensure_resource_availability)
    # speak in its stateful phase alone, which follows links between operations; the document has none.
}
ENDS = r"^/auth/(logout/|credentials/\{)"
"""Operations that end the credential they are sent with."""


@pytest.fixture
def site(sites, profile: str) -> Site:
    return sites(profile, **DEPLOYED | {"LOGIN_COOLOFF": "3600"}, FUZZ="openapi")  # after ten passwords none is hashed any more


def load(site: Site, examples: int, headers: dict[str, str]) -> BaseSchema:
    """The live document, to be fuzzed with these headers on every request."""
    document = requests.get(f"{site.address}/api/schema/", timeout=30).json()
    document["components"]["schemas"]["TimeZoneEnum"]["enum"] = ["UTC", "Europe/Berlin"]  # each of 433 would be a case
    config = {
        "seed": 1,
        "base-url": site.address,
        "headers": headers,
        "continue-on-failure": True,
        "auth": {"auto-signup": False},
        "checks": LEFT_OUT,
        "phases": {"stateful": {"enabled": False}},
        # A client who is signed in sends their credential; others make some up.
        "generation": {"deterministic": True, "max-examples": examples, "with-security-parameters": not headers},
    }
    return schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(config))


def failures(schema: BaseSchema, answered: Counter[int]) -> Iterator[str]:
    """Run every phase; count the statuses, tell what failed and how to see it again."""
    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            yield f"{event.label}: {event.info}"
        if isinstance(event, events.ScenarioFinished):
            answered.update(i.response.status_code for i in event.recorder.interactions.values() if i.response is not None)
            for check in (check for checks in event.recorder.checks.values() for check in checks):
                if check.failure_info:
                    failure = check.failure_info.failure
                    yield f"{event.label}: {failure.title}\n{failure.message}\n{check.failure_info.code_sample}"


def told(failed: list[str]) -> str:
    return f"{len(failed)} failures\n\n" + "\n\n".join(failed[:10])


def test_a_visitor_is_answered_as_the_document_says(site, in_full):
    answered: Counter[int] = Counter()
    failed = list(failures(load(site, 100 if in_full else 2, {}), answered))
    print(f"{site.profile}, nobody: {answered.total()} cases, {dict(sorted(answered.items()))}")
    assert not failed, told(failed)
    assert answered.total() > 500


@pytest.mark.parametrize("who", ["admin", pytest.param("alice", marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_a_user_is_answered_as_the_document_says(site, in_full, client_of, who):
    client = client_of(site)
    assert client.login(f"{who}@example.com", f"{who}-demo-pass").ok  # the fuzz changes usernames, not addresses
    schema = load(site, 100 if in_full else 2, client.filled(client.scheme.write)).exclude(path_regex=ENDS)
    schema = schema.exclude(path="/auth/login/")  # a session does not outlive a sign-in over it
    if not in_full:  # the visitor has been there
        schema = schema.include(func=lambda context: bool(context.operation.definition.raw["security"]))
    answered: Counter[int] = Counter()
    failed = list(failures(schema, answered))
    print(f"{site.profile}, {who}: {answered.total()} cases, {dict(sorted(answered.items()))}")
    assert not failed, told(failed)
    assert answered[200] > 20, "the credential was of no use"
    assert client.ask("GET", "/accounts/me/").status_code == 200


def test_what_ends_a_credential_is_answered_as_the_document_says(site, in_full, client_of):
    """Each case has a credential of its own."""

    def sign_in() -> dict[str, str]:
        client = client_of(site)
        assert client.login("bob", "bob-demo-pass").ok
        return client.filled(client.scheme.write)

    for operation in load(site, 1, {"X": "Y"}).include(path_regex=ENDS).get_all_operations():

        @settings(
            max_examples=30 if in_full else 3,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Stage.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.ok().as_strategy())
        def run(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=sign_in())

        run()


def test_the_document_is_valid_and_made_without_warnings(profile):
    made = manage(["spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json"], {"AUTH_PROFILE": profile})
    assert made.startswith("{")


def test_the_document_has_the_scheme_and_tells_every_operation_s_refusals(site, profile):
    document = requests.get(f"{site.address}/api/schema/", timeout=30).json()
    scheme = card(profile)
    assert document["components"]["securitySchemes"] == {profile: dict(scheme.security)}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers: dict[str, Any] = operation["responses"]
            expected = {"400", "406", "413", "415", "503"}
            if "{" in path:
                expected.add("404")
            if [*operation.get("security", [])] == [{profile: []}]:
                expected |= {str(scheme.refused), "403"}
            assert expected <= set(answers), f"{method} {path}"
            assert all("content" in answer for status, answer in answers.items() if status >= "400"), f"{method} {path}"


def test_the_document_is_made_once_however_many_ask(site):
    """drf-spectacular breaks when two ask at once."""
    import threading

    answers: list[requests.Response] = []
    ask = lambda: answers.append(requests.get(f"{site.address}/api/schema/", timeout=30))  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


def test_nothing_was_lost_or_half_done(site):
    """After whatever ran before: each choice has as many votes as were cast for it, and no question is without choices."""
    count = "from polls.models import *; print([c.pk for c in Choice.objects.all() if c.votes != c.vote_set.count()], "
    count += "[q.pk for q in Question.objects.all() if not q.choice_set.count()])"
    assert manage(["shell", "-v0", "-c", count], site.environment | {"AUTH_PROFILE": site.profile}) == "[] []\n"
