"""The files of docs/clients are one shape, so that the diff of two is the difference of two schemes."""

import ast
import re
import sys

import pytest

from project.walkthrough.addresses import address
from schemes import SCHEMES
from tests.clients.live import CLIENTS, apart, load

KEPT_ELSEWHERE = re.compile(r"localStorage|sessionStorage|indexedDB|\bcookieStore\b|document\.cookie|console\.", re.IGNORECASE)
ALONE = {"oauth2": {"native.py"}}
"""What one scheme has besides, because no other scheme knows applications."""
ASKS_THE_PERSON = {"oauth2": ["answered", "fault", "random", "base64url"]}
"""Functions of one script, because no other signs in without a password typed into its page."""
METHOD = re.compile(r"^  (?:async )?(#?\w+)\(.*\) \{$", re.MULTILINE)
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def text(name: str, file: str) -> str:
    return (CLIENTS / name / file).read_text()


def names(body: list[ast.stmt]) -> list[str]:
    return [node.name for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_scheme_has_one_file_in_each_language():
    assert {path.name for path in CLIENTS.iterdir()} == {*SCHEMES, "README.md"}
    for name in SCHEMES:
        files = {path.name for path in (CLIENTS / name).iterdir()} - {"__pycache__"}
        assert files == {"client.py", "client.js"} | ALONE.get(name, set())


@pytest.mark.parametrize("name", SCHEMES)
def test_the_python_files_have_the_same_names_in_the_same_order(name):
    body = ast.parse(text(name, "client.py")).body
    assert names(body) == ["Auth", "refused", "origin"]
    methods = ["__init__", "logout", "flow", "renew", "ask", "keep", "carry", "sync_auth_flow", "async_auth_flow"]
    assert names(next(node for node in body if isinstance(node, ast.ClassDef)).body) == methods


@pytest.mark.parametrize("name", SCHEMES)
def test_the_scripts_have_the_same_names_in_the_same_order(name):
    script = text(name, "client.js")
    assert re.findall(r"^export .*", script, re.MULTILINE) == ["export class Client {"]
    assert re.findall(r"^(?:async )?function (\w+)", script, re.MULTILINE) == ["refused", "own", *ASKS_THE_PERSON.get(name, [])]
    renewing = [] if name == "token" else ["#renew", "#refresh"]
    public = ["constructor", "signIn", "fetch", "signOut"]
    assert METHOD.findall(script) == [*public, *renewing, "#keep", "#forget", "#send", "#post"]


@pytest.mark.parametrize("name", SCHEMES)
def test_where_the_person_is_asked_no_script_is_told_a_password(name):
    script = text(name, "client.js")
    assert ("async signIn(username, password) {" in script) == (name not in ASKS_THE_PERSON)
    assert ("async signIn() {" in script) == (name in ASKS_THE_PERSON)


@pytest.mark.parametrize("name", SCHEMES)
def test_the_scripts_need_nothing_and_keep_nothing_but_in_memory(name):
    script = text(name, "client.js")
    assert not KEPT_ELSEWHERE.findall(script)
    assert "import" not in script


@pytest.mark.parametrize(
    ("name", "file", "needed"),
    [*((name, "client.py", {"httpx"}) for name in SCHEMES), ("oauth2", "native.py", {"httpx", "client"})],
)
def test_the_python_files_need_nothing_but_httpx_and_a_sibling(name, file, needed):
    imported = [node for node in ast.walk(ast.parse(text(name, file))) if isinstance(node, ast.Import | ast.ImportFrom)]
    rooms = {getattr(node, "module", None) or node.names[0].name for node in imported}
    assert {room for room in rooms if room.partition(".")[0] not in sys.stdlib_module_names} == needed


def test_the_page_s_lines_in_python_do_what_they_say(sites, monkeypatch, capsys):
    site = sites("jwt")
    monkeypatch.setitem(sys.modules, "client", load("jwt"))
    blocks = [block for block in BLOCK.findall((CLIENTS / "README.md").read_text()) if "native" not in block]
    assert len(blocks) == 2
    assert address("jwt") in blocks[0]
    scope = {}
    for block in blocks:
        apart(exec, compile(block.replace(address("jwt"), site.address), "README.md", "exec"), scope)
    assert "Which scheme protects your API?" in capsys.readouterr().out
