"""The collection, run as it is imported: by newman against a live site of each profile."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from project.compare.servers import ROOT
from project.walkthrough import answers
from schemes import PROFILES
from schemes.story import DEMO, seven_steps
from tests.inspector.watching import Inspector

FOLDER = ROOT / "docs" / "postman"
COLLECTION = FOLDER / "polls.postman_collection.json"
TOOLS = ROOT / "tests" / "postman" / "node_modules" / ".bin"


def requests_of(profile: str) -> list[dict]:
    """From top to bottom, folders opened."""
    folder = next(item for item in json.loads(COLLECTION.read_text())["item"] if item["name"] == profile)
    return [request for step in folder["item"] for request in step["item"]]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_step_is_a_folder_with_its_requests_under_their_ids(profile):
    folder = next(item for item in json.loads(COLLECTION.read_text())["item"] if item["name"] == profile)
    assert [step["name"].split()[0] for step in folder["item"]] == [f"{profile}-{n}" for n in range(1, 8)]
    assert all(step["description"] for step in folder["item"])
    ids = [exchange.id for chapter in seven_steps(profile) for exchange in chapter.exchanges]
    assert [request["name"].split()[0] for request in requests_of(profile)] == ids


@pytest.mark.parametrize("profile", PROFILES)
def test_every_request_has_assertions_and_sends_no_cookie_of_the_jar(profile):
    known = answers.read()
    for request in requests_of(profile):
        lines = "\n".join(request["event"][0]["script"]["exec"])
        status = known[request["name"].split()[0]].status
        assert f"pm.expect(pm.response.code).to.eql({status})" in lines
        assert request["protocolProfileBehavior"]["disableCookies"] is True


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_broken_stands_in_a_folder_of_its_own_and_expects_its_refusal(profile):
    folder = next(item for item in json.loads(COLLECTION.read_text())["item"] if item["name"] == profile)
    broken = folder["item"][5]
    assert broken["name"] == f"{profile}-6 Break it"
    refused = [one for one in broken["item"] if "without" in one["name"] or "a letter more" in one["name"]]
    known = answers.read()
    succeeded = {request["name"].split(maxsplit=1)[1]: request["name"].split()[0] for request in requests_of(profile)}
    for one in refused:
        id_, title = one["name"].split(maxsplit=1)
        whole = succeeded[title.partition(" without")[0] if "without" in title else "Read question 1"]
        assert known[id_].status != known[whole].status


@pytest.mark.parametrize("profile", PROFILES)
def test_an_environment_has_every_variable_that_its_folder_uses(profile):
    values = json.loads((FOLDER / f"{profile}.postman_environment.json").read_text())["values"]
    folder = json.dumps([request["request"] for request in requests_of(profile)])
    used = {part.partition("}}")[0] for part in folder.split("{{")[1:]}
    assert used <= {value["key"] for value in values}
    assert all(value["value"] == "" for value in values if value["key"] not in (*DEMO, "base"))


def newman(profile: str, base: str, collection: Path, report: Path) -> subprocess.CompletedProcess[str]:
    if not (TOOLS / "newman").exists() or shutil.which("node") is None:
        pytest.skip("newman is not installed (`make test-postman` does, where Node is), so no collection was run.")
    command = [str(TOOLS / "newman"), "run", str(collection), "--folder", profile, "--env-var", f"base={base}"]
    command += ["--environment", str(FOLDER / f"{profile}.postman_environment.json")]
    command += ["--reporters", "cli,json", "--reporter-json-export", str(report), "--color", "off"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=os.environ)


@pytest.mark.postman
def test_newman_passes_and_the_sites_own_record_is_that_of_curl_and_python(profile, told, promised, tmp_path):
    inspector = Inspector(told.site)
    done = newman(profile, told.site.address, COLLECTION, tmp_path / "report.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert told.record == promised
    assert [row for row in inspector.record() if row[0]] == promised
    run = json.loads((tmp_path / "report.json").read_text())["run"]
    assert run["stats"]["requests"]["total"] == len(promised)
    assert all(len(one["assertions"]) >= 2 for one in run["executions"])
    assert run["failures"] == []


@pytest.mark.postman
@pytest.mark.parametrize("profile", ["token"])
def test_newman_fails_when_an_expectation_is_spoiled(told, tmp_path):
    spoiled = tmp_path / "spoiled.json"
    text = COLLECTION.read_text()
    assert '\\"Invalid token.\\"' in text
    spoiled.write_text(text.replace('\\"Invalid token.\\"', '\\"Valid token.\\"'))
    done = newman("token", told.site.address, spoiled, tmp_path / "report.json")
    assert done.returncode == 1
    assert "token-6a: the answer" in done.stdout


@pytest.mark.postman
@pytest.mark.parametrize("profile", ["token"])
def test_newman_says_when_the_site_runs_another_profile(told, tmp_path):
    done = newman("jwt", told.site.address, COLLECTION, tmp_path / "report.json")
    assert done.returncode == 1
    assert "jwt-1: this site runs jwt" in done.stdout
