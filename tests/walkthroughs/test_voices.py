"""Every line of the walkthroughs works as printed, and the site's own record of it is the same whoever followed them."""

import json

import pytest

from project.compare.servers import ROOT
from schemes import PROFILES
from tests.needs import need
from tests.walkthroughs.conftest import follow
from tests.walkthroughs.readers import PowerShell, Shell

SHELLS = {"bash": ["bash", "--noprofile", "--norc"], "zsh": ["zsh", "-f"]}


def curl_with_jq(profile: str) -> bool:
    return "| jq " in (ROOT / "docs" / "walkthroughs" / f"{profile}.md").read_text()


def without_jq(shell: Shell):
    return lambda block: None if "| jq " in block else shell.paste(block)


@pytest.mark.parametrize("name", SHELLS)
def test_every_line_of_curl_works_as_printed_and_is_answered_as_printed(name, profile, told, promised):
    need("curl", name)
    with Shell(SHELLS[name]) as shell:
        follow(profile, told.site.address, bash=without_jq(shell), http=shell.compare)
    assert told.record == promised


@pytest.mark.parametrize("profile", [name for name in PROFILES if curl_with_jq(name)])
def test_jq_keeps_what_sed_keeps(profile, told, promised):
    need("curl", "jq", "bash")
    with Shell(SHELLS["bash"]) as shell:

        def both(block: str) -> str | None:
            if "| jq " not in block:
                return shell.paste(block)
            variables = [line.partition("=")[0] for line in block.splitlines()]
            by_sed = [shell.value(variable) for variable in variables]
            wrong = shell.paste(f"unset {' '.join(variables)}\n{block}")
            assert [shell.value(variable) for variable in variables] == by_sed
            assert all(by_sed)
            return wrong

        follow(profile, told.site.address, bash=both)
    assert told.record == promised


SLOW = [pytest.param(profile, marks=pytest.mark.long) for profile in ("token", "jwt", "session-stock")]
"""HTTPie takes half a second a line; the forms of all others are among those of the two that are left."""


@pytest.mark.parametrize("profile", ["session", "oauth2", *SLOW])
def test_every_line_of_httpie_works_as_printed(profile, told, promised, tmp_path):
    need("http")
    quiet = {"default_options": ["--ignore-stdin"], "disable_update_warnings": True}  # a terminal has neither need
    (tmp_path / "config.json").write_text(json.dumps(quiet))
    with Shell(SHELLS["bash"], HTTPIE_CONFIG_DIR=str(tmp_path)) as shell:
        follow(profile, told.site.address, shell=shell.paste)
    assert told.record == promised


def test_every_line_of_python_works_as_printed(profile, told, promised, capsys):
    names: dict[str, object] = {}
    follow(profile, told.site.address, python=lambda block: exec(block, names))  # noqa: S102
    assert told.record == promised
    statuses = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line[:3].isdigit()]
    assert statuses == [str(status) for _, _, _, status, _ in promised]


def test_every_line_of_powershell_sends_what_the_others_send(profile, told, promised):
    """PowerShell itself runs on none of our machines: its lines are read by its rules for the forms that they have."""
    need("curl")
    follow(profile, told.site.address, powershell=PowerShell().paste)
    assert told.record == promised


@pytest.mark.parametrize("profile", ["token"])
def test_a_spoiled_walkthrough_fails_with_its_line(profile, told):
    need("curl")
    with Shell(SHELLS["bash"]) as shell, pytest.raises(AssertionError, match=rf"{profile}\.md, line \d+.*did not evaluate"):
        follow(profile, told.site.address, bash=shell.paste, http=lambda block: shell.compare(block.replace("40", "20")))
