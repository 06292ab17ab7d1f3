"""docs/oauth2.md as it is printed: every line is run in bash, with a browser in place of the reader's."""

import re
import shutil
from collections.abc import Iterator
from subprocess import PIPE, STDOUT, Popen

import pytest

from project.compare.servers import ROOT
from tests.schemes.browsing import Browser, Forms, answered

PAGE = (ROOT / "docs" / "oauth2.md").read_text()
BLOCKS = re.findall(r"^```(bash|json)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CODE = "CODE=the-code-from-the-address-bar\n"
MARK = "=== the end of a block ==="


@pytest.fixture
def shell() -> Iterator["Popen[str]"]:
    """One bash for the whole page: what a block sets, the next has."""
    with Popen(["bash", "--noprofile", "--norc", "-u"], stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True) as bash:
        yield bash
        bash.terminate()


def run(shell: "Popen[str]", block: str) -> str:
    """What a block says."""
    shell.stdin.write(f"{block}\necho\necho '{MARK}'\n")
    shell.stdin.flush()
    return "".join(iter(shell.stdout.readline, f"{MARK}\n"))


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed, so docs/oauth2.md was not followed.")
def test_every_line_of_the_page_works_and_answers_as_printed(sites, shell):
    site = sites("oauth2")
    said, browser = "", Browser(site.address)
    promised = 0
    for kind, block in BLOCKS:
        if kind == "json":
            for line in block.splitlines():
                assert flat(line) in flat(said), (line, said)
                promised += 1
            continue
        if block == CODE:
            page = browser.sign_in(said.strip().removeprefix(site.address))
            assert "redirect_uri" in Forms(page.text).fields
            block = f"CODE={answered(browser.fill(page, allow='yes'), 'http://127.0.0.1/callback')['code']}\n"
        said = run(shell, block.replace("http://127.0.0.1:8003", site.address))
    assert promised == 9


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)
