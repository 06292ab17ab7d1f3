"""A Node program with openid-client, which believes no server what it can check, against live sites."""

import json
import shutil
import subprocess
from typing import Any

import httpx
import pytest

from project.compare.servers import ROOT, Site, manage
from schemes.story import READ, VOTE
from tests.clients.live import Person, sign_in_as
from tests.schemes.browsing import CALLBACK

FLOW = ROOT / "tests" / "postman" / "flow.mjs"
PUBLIC = {"client_id": "demo-web"}
CONFIDENTIAL = {"client_id": "a shop: half & half", "client_secret": "50% of +1: yes"}
"""RFC 6749, section 2.3.1: both are encoded as a form before they are Basic."""
SERVICE = {"client_id": "demo-service", "client_secret": "demo-secret"}

pytestmark = [pytest.mark.postman, pytest.mark.xdist_group("oauth2")]


def registered(site: Site, application: dict[str, str]) -> dict[str, str]:
    """The application, once the site knows it; that of the demo it knows."""
    if application is CONFIDENTIAL:
        options = [f"--{name.replace('_', '-')}={value}" for name, value in application.items()]
        options += ["--name=A shop", f"--redirect-uris={CALLBACK}"]
        options += ["--algorithm=RS256"] if "OIDC_ENABLED" in site.environment else []
        made = ["createapplication", "confidential", "authorization-code", *options]
        assert "created successfully" in manage(made, site.environment | {"AUTH_PROFILE": "oauth2"})
    return application


def played(site: Site, person: Person, **told: Any) -> dict[str, dict[str, Any]]:
    """What the program said of each step, with a person at the browser who refuses at first."""
    node = shutil.which("node")
    if node is None or not (FLOW.parent / "node_modules" / "openid-client").exists():
        pytest.skip(
            "openid-client is not installed (`make test-postman` does, where Node is), so no program in Node signed in."
        )
    told |= {"issuer": site.address, "redirect_uri": CALLBACK, "read": READ, "vote": VOTE, "service": SERVICE}
    steps: dict[str, dict[str, Any]] = {}
    answers = [None, "yes"]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen([node, str(FLOW), json.dumps(told)], text=True, **pipes) as program:
        for line in program.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                pytest.fail(line + program.stdout.read())
            if "open" in said:
                reply = person.answers(said["open"], allow=answers.pop(0))
            elif "look" in said:
                reply = ""
                steps["looked"] = {"listed": person.allows()}
            else:
                steps[said.pop("step")] = said
                continue
            program.stdin.write(f"{reply}\n")
            program.stdin.flush()
    assert program.returncode == 0, steps
    return steps


@pytest.mark.parametrize("application", [PUBLIC, CONFIDENTIAL], ids=["public", "confidential"])
@pytest.mark.parametrize("algorithm", ["oauth2", "oidc"])
def test_a_program_with_openid_client_does_everything_that_the_metadata_says(sites, algorithm, application):
    site = sites("oauth2", OIDC_ENABLED="1") if algorithm == "oidc" else sites("oauth2")
    person = Person(site)
    scope = "openid profile email read write" if algorithm == "oidc" else "read write"
    steps = played(site, person, algorithm=algorithm, scope=scope, application=registered(site, application))

    assert steps["discovery"] == {"issuer": site.address, "pkce": True, "iss": True}
    assert steps["refused"]["error"] == "access_denied"
    assert [steps[f"changed {name}"]["error"] for name in ("iss", "state")] == ["OAUTH_INVALID_RESPONSE"] * 2
    granted = {"token_type": "bearer", "expires_in": 300, "scope": scope, "renewable": True}
    subject = steps["code"].pop("subject", None)
    assert steps["code"] == granted
    assert steps["read"] == steps["vote"] == {"answer": 200}
    refreshed = steps["refresh"]
    assert refreshed.pop("subject", None) == subject
    assert refreshed == granted | {"rotated": True, "before": {"status": 401, "challenge": "invalid_token"}, "after": 200}
    assert steps["revocation"]["answer"] == {"status": 401, "challenge": "invalid_token"}
    assert steps["revocation"]["again"]["error"] == "invalid_grant"
    if algorithm == "oidc":
        assert steps["userinfo"]["sub"] == subject
        assert steps["userinfo"]["preferred_username"] == person.name
    if application is CONFIDENTIAL:
        known = {"active": True, "client_id": application["client_id"], "username": person.name, "token_type": "Bearer"}
        assert known.items() <= steps["introspection"].items()

    granted = {"token_type": "bearer", "expires_in": 300, "scope": "read", "renewable": False}
    assert steps["client credentials"] == granted | {"answer": 200}
    own = {"active": True, "scope": "read", "client_id": "demo-service", "token_type": "Bearer"}
    assert steps["introspected"] == own | {"ends": True}
    assert steps["ended"] == {"active": False, "answer": {"status": 401, "challenge": "invalid_token"}}
    assert steps["stranger"]["status"] == 401

    name = "A shop" if application is CONFIDENTIAL else "Demo web page"
    assert name in steps["looked"]["listed"]
    assert name not in person.allows()
    with httpx.Client(base_url=site.address, auth=sign_in_as("oauth2", site.address, person.name)) as client:
        assert client.get(VOTE).json()["choice"] == 2
