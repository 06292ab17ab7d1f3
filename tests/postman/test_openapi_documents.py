"""docs/openapi, which other programs import: fresh, whole by the cards, clean by Redocly. `manage.py openapi` writes it."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from project.compare.servers import manage
from project.pages import WARNING
from project.walkthrough.addresses import address
from project.walkthrough.management.commands.openapi import FOLDER, document, served
from schemes import PROFILES, SCHEMES
from schemes.story import card

HERE = Path(__file__).parent
REDOCLY = HERE / "node_modules" / ".bin" / "redocly"


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def committed(profile: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{profile}.json").read_text(encoding="utf-8"))


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def test_there_is_a_document_of_every_profile_and_no_other():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.json" for name in PROFILES}


def test_it_is_what_the_code_makes_now(profile):
    assert (FOLDER / f"{profile}.json").read_text(encoding="utf-8") == document(profile), "run `manage.py openapi`"


def test_it_has_every_verb_of_the_card(committed, profile):
    scheme = card(profile)
    for step in (scheme.before, scheme.login, scheme.refresh, scheme.verify, scheme.logout):
        if step:
            operation = committed["paths"][step.path][step.method.lower()]
            assert {str(status) for status in (step.status, *step.without.values())} <= set(operation["responses"])
            if step.body:
                assert step.content_type in operation["requestBody"]["content"]


def test_it_says_of_every_operation_what_it_does_and_who_may(committed):
    each = [*operations(committed)]
    for field in ("operationId", "summary"):
        assert all(operation[field] for operation in each)
        assert len({operation[field] for operation in each}) == len(each)
    for operation in each:
        assert re.fullmatch(r"[a-z_]+", operation["operationId"])
        assert re.fullmatch(r"[^\n]+\.", operation["summary"])
        assert any(status[0] in "23" for status in operation["responses"])
        assert all(answer["description"] for answer in operation["responses"].values())
    open_to_all = [operation["operationId"] for operation in each if operation["security"] == []]
    assert {"accounts_register", "auth_retrieve"} <= set(open_to_all)
    assert not [name for name in open_to_all if name.startswith("polls_")]


def test_it_says_whose_it_is_where_and_how_to_sign_in(committed, profile):
    scheme = card(profile)
    assert committed["info"]["title"] == f"Polls ({profile})"
    assert (WARNING in committed["info"]["description"]) == (profile not in SCHEMES)
    assert [server["url"] for server in committed["servers"]] == [address(profile)]
    told = json.dumps({scheme.name: dict(scheme.security)}).replace('"/auth/', f'"{address(profile)}/auth/')
    assert json.dumps(committed["components"]["securitySchemes"]) == told
    if scheme.login:
        login = committed["paths"][scheme.login.path]["post"]["requestBody"]["content"][scheme.login.content_type]
        assert login["example"]["password"] == "alice-demo-pass"


def test_where_the_demo_is_not_its_passwords_are_not_told():
    secrets = {"SECRET_KEY": "of-a-site-that-lives-for-a-second-" * 2, "JWT_SIGNING_KEY": "of-tokens-that-nobody-issues-" * 2}
    deployed = secrets | {"DEBUG": "0", "LAB": "", "HTTPS": "", "ALLOWED_HOSTS": "polls.test", "AUTH_PROFILE": "jwt"}
    made = manage(["spectacular", "--format", "openapi-json"], deployed)
    assert json.loads(made)["servers"][0]["url"] == "/"
    assert "demo-pass" not in made


@pytest.fixture
def redocly() -> Callable[[Path], subprocess.CompletedProcess[str]]:
    """Runs `redocly lint` on one file."""
    if not REDOCLY.exists():
        pytest.skip("Redocly is not installed: `make test-postman` installs it, where npm is")
    quiet = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    command = [str(REDOCLY), "lint", "--config", str(HERE / "redocly.yaml")]
    return lambda path: subprocess.run([*command, str(path)], env=quiet, capture_output=True, text=True, check=False)


@pytest.mark.postman
def test_redocly_finds_nothing(redocly, profile):
    done = redocly(FOLDER / f"{profile}.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout.lower()


@pytest.mark.postman
@pytest.mark.parametrize("profile", SCHEMES)
def test_redocly_finds_nothing_in_what_the_site_serves(redocly, profile, tmp_path):
    path = tmp_path / "served.json"
    path.write_text(json.dumps(served(profile)))
    done = redocly(path)
    assert done.returncode == 0, done.stdout + done.stderr


def no_summary(document: dict[str, Any]) -> None:
    del document["paths"]["/accounts/me/"]["get"]["summary"]


def no_license(document: dict[str, Any]) -> None:
    del document["info"]["license"]


def no_security(document: dict[str, Any]) -> None:
    del document["paths"]["/accounts/register/"]["post"]["security"]


def same_id(document: dict[str, Any]) -> None:
    document["paths"]["/accounts/me/"]["get"]["operationId"] = "auth_login"


def example_that_does_not_fit(document: dict[str, Any]) -> None:
    for content in document["paths"]["/auth/login/"]["post"]["requestBody"]["content"].values():
        content["example"]["password"] = 1


def component_that_nobody_uses(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Nobody"] = {"type": "object"}


SPOILED = {
    no_summary: "operation-summary",
    no_license: "info-license",
    no_security: "security-defined",
    same_id: "operation-operationId-unique",
    example_that_does_not_fit: "no-invalid-media-type-examples",
    component_that_nobody_uses: "no-unused-components",
}


@pytest.mark.postman
@pytest.mark.parametrize("spoil", SPOILED)
def test_redocly_refuses_a_spoiled_document(redocly, spoil, tmp_path):
    spoiled = json.loads((FOLDER / "jwt.json").read_text(encoding="utf-8"))
    spoil(spoiled)
    path = tmp_path / "spoiled.json"
    path.write_text(json.dumps(spoiled))
    done = redocly(path)
    assert done.returncode != 0
    assert f"generated by the {SPOILED[spoil]} rule" in done.stdout + done.stderr
