"""The .http files, run: JetBrains' by httpyac, which speaks it; VS Code's by a reader of the few forms that it uses."""

import re
import shutil
import subprocess

import pytest
import requests

from project.compare.servers import ROOT
from project.walkthrough.addresses import address
from project.walkthrough.http_files import in_vscode
from schemes import PROFILES
from schemes.story import seven_steps

FOLDER = ROOT / "docs" / "postman"
HTTPYAC = ROOT / "tests" / "postman" / "node_modules" / ".bin" / "httpyac"


@pytest.mark.postman
def test_the_file_for_jetbrains_passes_and_the_sites_record_is_that_of_the_others(profile, told, promised, tmp_path):
    done = httpyac(profile, told.site.address, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert told.record == promised
    assert f"{len(promised)} requests processed ({len(promised)} succeeded" in done.stdout, done.stdout[-500:]


@pytest.mark.postman
@pytest.mark.parametrize("profile", ["token"])
def test_it_fails_when_an_expectation_is_spoiled(told, tmp_path):
    done = httpyac("token", told.site.address, tmp_path, '"Invalid token."', '"Valid token."')
    assert done.returncode != 0


def httpyac(profile, base, folder, old="", new=""):
    if not HTTPYAC.exists() or shutil.which("node") is None:
        pytest.skip("httpyac is not installed (`make test-postman` does, where Node is), so no .http file was run.")
    text = (FOLDER / "jetbrains" / f"{profile}.http").read_text()
    assert address(profile) in text
    assert old in text
    file = folder / f"{profile}.http"
    file.write_text(text.replace(address(profile), base).replace(old, new))
    command = [str(HTTPYAC), "send", str(file), "--all", "--output", "short"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=folder)


@pytest.mark.parametrize("profile", [profile for profile in PROFILES if in_vscode(profile)])
def test_each_request_for_vs_code_is_answered_as_its_comment_expects(profile, told):
    text = (FOLDER / "vscode" / f"{profile}.http").read_text()
    variables = dict(re.findall(r"^@(\w+) = (.*)$", text, re.MULTILINE))
    assert variables == {"base": address(profile)}
    client = Rest(told.site.address)
    ids = []
    for block in text.split("\n### ")[1:]:
        title, _, rest = block.partition("\n")
        ids += [title.split()[0]] if title.startswith(profile) else []
        if "REST Client sends all the cookies" in rest:
            assert profile == "session"
            continue
        expected = int(re.search(r"^# Expect (\d+)$", rest, re.MULTILINE)[1])
        assert client.send(rest) == expected, title
    assert ids == [exchange.id for chapter in seven_steps(profile) for exchange in chapter.exchanges]


class Rest:
    """The forms of REST Client that the files use: names, references to fields of an answer, its cookies."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.answers: dict[str, requests.Response] = {}
        self.session = requests.Session()

    def send(self, block: str) -> int:
        head, _, body = block.strip().partition("\n\n")
        comments = [line for line in head.splitlines() if line.startswith("#")]
        request, *headers = [self.filled(line) for line in head.splitlines() if not line.startswith("#")]
        method, address = request.split()
        name = next(line for line in comments if line.startswith("# @name ")).removeprefix("# @name ")
        assert re.fullmatch(r"\w+", name)
        sender = requests if "# @no-cookie-jar" in comments else self.session
        self.answers[name] = sender.request(
            method,
            address,
            headers=dict(line.split(": ", 1) for line in headers),
            data=self.filled(body).strip().encode() or None,
            allow_redirects="# @no-redirect" not in comments,
            timeout=20,
        )
        return self.answers[name].status_code

    def filled(self, text: str) -> str:
        text = text.replace("{{base}}", self.base)
        return re.sub(r"\{\{(\w+)\.response\.body\.\$\.(\w+)\}\}", lambda ref: self.answers[ref[1]].json()[ref[2]], text)
