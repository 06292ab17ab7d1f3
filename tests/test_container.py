"""The image, the compose file and systemd's units. No engine runs here: what the image would hold is run in a folder."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urldefrag

import pytest
import requests
from ruamel.yaml import YAML

from project.compare.servers import ACCESS_LOG, HOST, ROOT, SERVER, SETTINGS, free_ports

pytestmark = pytest.mark.xdist_group("container")
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def told(instruction: str) -> list[str]:
    """Every argument of an instruction of the Dockerfile, in turn."""
    return re.findall(rf"^\s*{instruction} (.*)$", DOCKERFILE, re.MULTILINE)


ENVIRONMENT = {"PATH": os.environ["PATH"]} | dict(word.split("=", 1) for word in told("ENV")[-1].split() if "PATH" not in word)
RUNS: list[str] = json.loads(told("CMD")[-1])
ASKS: list[str] = json.loads(told("HEALTHCHECK")[-1].partition(" CMD ")[2])
COMPOSE = YAML(typ="safe").load(ROOT / "compose.yaml")
SECRETS = {"site.env", "postgres.env", "tls/polls.key"}


def patterns() -> tuple[list[str], list[str]]:
    """What .dockerignore lets in, and what of that it keeps out."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*", "everything is kept out but what is named"
    return [line[1:] for line in lines if line.startswith("!")], [line for line in lines[1:] if not line.startswith("!")]


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """The folder that the image would hold, built as the Dockerfile builds it."""
    let_in, kept_out = patterns()
    folder = tmp_path_factory.mktemp("image")
    for name in let_in:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns(*(pattern.removeprefix("**/") for pattern in kept_out))
            )
        else:
            shutil.copy(source, target)
    words = shlex.split(next(line for line in told("RUN") if "collectstatic" in line))
    said = dict(word.split("=", 1) for word in words if "=" in word)
    assert words[len(said) : len(said) + 2] == ["python", "manage.py"]
    subprocess.run([sys.executable, *words[len(said) + 1 :]], cwd=folder, env=ENVIRONMENT | said, check=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def running(image, sites):
    """The site as the container runs it, but on a port and a database of its own; its address and environment."""
    port = str(next(free_ports()))
    assert RUNS[1:5] == ["--host", "0.0.0.0", "--port", "8000"]  # noqa: S104
    words = [RUNS[0], "--host", HOST, "--port", port, *RUNS[5:]]
    environment = ENVIRONMENT | {
        "SECRET_KEY": "s" * 64, "PUBLIC_URL": "https://polls.example.org", "PROXIES": "1",
        "ALLOWED_HOSTS": "polls.example.org,other.example.org", "DATABASE_URL": sites.database.copy(),
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-m", *words], cwd=image, env=environment, stdout=subprocess.DEVNULL) as process:
        address = f"http://{HOST}:{port}"
        try:
            for _ in range(300):
                if well(image, address, environment):
                    break
            yield address, environment
        finally:
            process.terminate()
            process.wait(timeout=20)


def well(image: Path, address: str, environment: dict[str, str]) -> bool:
    """What the HEALTHCHECK of the image says of the site at this address."""
    words = [word.replace("http://127.0.0.1:8000", address) for word in ASKS]
    assert words[0] == "python"
    done = subprocess.run([sys.executable, *words[1:]], cwd=image, env=environment, stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def test_the_image_s_site_is_well_and_each_of_its_pages_finds_what_it_reads(image, running):
    """Every page that leads to another, from the first one on: what .dockerignore keeps out is missed by none."""
    address, environment = running
    assert well(image, address, environment)
    assert not well(image, f"{address}/nothing-here", environment)
    headers = {"Host": "polls.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    to_see, seen = ["/"], {}
    while to_see and len(seen) < 200:
        path = to_see.pop()
        answer = requests.get(address + path, headers=headers, timeout=30, allow_redirects=False)
        seen[path] = answer.status_code
        if "html" in answer.headers.get("Content-Type", ""):
            found = {urldefrag(link)[0] for link in re.findall(r'(?:href|src)="(/[^"]*)"', answer.text)}
            to_see += sorted(found - seen.keys() - set(to_see))
    wrong = {path: status for path, status in seen.items() if status not in (200, 302)}
    assert not wrong
    assert len(seen) > 40, seen


def test_nothing_is_written_into_the_image_s_folder_while_it_runs(image, running):
    """compose.yaml mounts it read only."""
    files = {path for path in image.rglob("*") if path.is_file()}
    requests.get(running[0], headers={"Host": "polls.example.org", "X-Forwarded-Proto": "https"}, timeout=30)
    assert {path for path in image.rglob("*") if path.is_file()} == files
    newest = max(files, key=lambda path: path.stat().st_mtime)
    assert newest.is_relative_to(image / "staticfiles"), newest


def test_the_image_holds_neither_secrets_nor_data_nor_tests(image):
    for name in (".git", ".local", "tests", "db.sqlite3", *SECRETS):
        assert not (image / name).exists()
    assert not [path for path in image.rglob("*") if path.suffix in (".pyc", ".sqlite3", ".env", ".key")]


def test_the_image_is_served_as_everywhere_else():
    """The switches that protect the site from clients that hang, and from itself."""
    assert [word for word in RUNS if word in SERVER] == SERVER
    assert told("USER")[-1].split(":")[0].isdigit()
    assert int(told("USER")[-1].split(":")[0]) > 0


def test_hadolint_finds_nothing_in_the_dockerfile():
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if hadolint is None:  # there is none for Windows
        pytest.skip("hadolint not installed, so the Dockerfile was not linted.")
    done = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_keeps_to_its_schema(tmp_path):
    words = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    compose = ["docker", "compose"]
    if shutil.which("docker") and subprocess.run([*compose, "version"], capture_output=True, check=False).returncode == 0:
        for name in SECRETS:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()
        shutil.copy(ROOT / "compose.yaml", tmp_path)
        subprocess.run([*compose, "config", "--quiet"], cwd=tmp_path, check=True)


def test_the_compose_file_names_what_is_there():
    services = COMPOSE["services"]
    assert services["site"]["deploy"]["replicas"] >= 2
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services
            image = services[needed].get("image")
            checked = "healthcheck" in services[needed] or image == services["site"]["image"]
            assert checked or how["condition"] == "service_completed_successfully", f"{name} waits for {needed}"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or source == "./tls" or (ROOT / source).is_file(), source
    asked = re.search(r"server (\w+):(\d+);", (ROOT / "docs/deploy/nginx.conf").read_text())
    assert asked.groups() == ("site", RUNS[RUNS.index("--port") + 1])


def test_the_secrets_of_a_deployment_are_files_that_git_does_not_see():
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    assert {name.partition("/")[0] for name in SECRETS} <= ignored
    assert {service["env_file"] for service in COMPOSE["services"].values() if "env_file" in service} <= SECRETS
    assert not re.findall(r"(?i)(?:password|secret|key): +\S+", (ROOT / "compose.yaml").read_text())


def unit(name: str) -> list[tuple[str, str]]:
    """What a unit of systemd says, in turn; a name may come several times."""
    lines = (ROOT / "docs/deploy" / name).read_text().replace("\\\n", " ").splitlines()
    pairs = [line.partition("=") for line in lines if line and line[0] not in "#["]
    return [(name, value.replace("%%", "%")) for name, _, value in pairs]


def example() -> dict[str, str]:
    """What docs/deploy/polls.env tells a site."""
    lines = (ROOT / "docs/deploy/polls.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_systemd_runs_what_make_serve_runs():
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    recipe = re.search(r"^serve: \$\(VENV\).*\n((?:\t.*\n)+)", makefile, re.MULTILINE).group(1)
    made = [shlex.split(line.replace("$(BIN)", "/srv/polls/.venv/bin")) for line in recipe.splitlines()]
    said = unit("polls.service")
    runs = [shlex.split(value) for name, value in said if name in ("ExecStartPre", "ExecStart")]
    assert runs == [*made[:-1], made[-1][1:]], "without exec, which is the shell's"
    assert [word for word in runs[-1] if word in SERVER] == SERVER
    assert [word for word in runs[-1] if word in ACCESS_LOG] == ACCESS_LOG
    exported = re.findall(r"^serve: export (\w+) = (\w+)$", makefile, re.MULTILINE)
    assert dict(said)["Environment"].split() == [f"{name}={value}" for name, value in exported]


def test_systemd_s_units_agree_on_what_they_may_write():
    site, prune = unit("polls.service"), unit("polls-prune.service")
    alike = {"User", "WorkingDirectory", "EnvironmentFile", "StateDirectory", "StateDirectoryMode", "ProtectSystem", "UMask"}
    assert alike <= {name for name, _ in prune}
    assert {pair for pair in site if pair[0] in alike} == {pair for pair in prune if pair[0] in alike}
    assert example()["DATABASE_URL"] == f"sqlite:////var/lib/{dict(site)['StateDirectory']}/db.sqlite3"
    assert "ReadWritePaths" not in dict(prune)
    root = dict(site)["WorkingDirectory"]
    told = [sys.executable, "-B", "-c", "from django.conf import settings; print(settings.STATIC_ROOT)"]
    environment = os.environ | SETTINGS | {"DEBUG": "1"}
    static = subprocess.run(told, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert dict(site)["ReadWritePaths"] == f"{root}/{Path(static).relative_to(ROOT).as_posix()}"


def test_the_example_of_an_environment_starts_a_site_once_its_secrets_are_there():
    """Its values mean the same to systemd and to sh: neither quotes nor anything that a shell would expand."""
    told = example()
    assert not [value for value in told.values() if not re.fullmatch(r"[\w:/.,@-]*", value)]
    for name in ("SECRET_KEY", "JWT_SIGNING_KEY"):
        assert checked(told) == f"This site can't start: {name} is not set."
        assert told[name] == ""
        told[name] = name[0] * 80
    assert checked(told) == ""


def checked(told: dict[str, str]) -> str:
    """The first words of what `manage.py check` complains of, in this environment alone."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT")}
    words = [sys.executable, "-B", "manage.py", "check"]
    done = subprocess.run(words, cwd=ROOT, env=kept | told, capture_output=True, text=True, check=False)
    return done.stderr.partition(" Accepted:")[0] if done.returncode else ""
