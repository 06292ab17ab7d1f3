"""The disk is full: reads go on, writes are 503, nothing is half done, and it passes without a restart."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from project.compare.client import Client
from project.compare.servers import ROOT, SERVER, Site, free_ports
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.conftest import HURRY
from tests.faults.conftest import DEPLOYED
from tests.faults.crowd import PASSWORD, ROWS, Person

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="another process is given a full disk by Linux's prlimit alone")

FULL = 0
"""Bytes up to which a file of the site may grow: a write beyond fails, as on a disk that is full."""
TABLES = ("polls_vote", "accounts_user", "accounts_guesses", *(f"{scheme}_credential" for scheme in SCHEMES))


@pytest.fixture
def disk():
    """Makes the disk of a site's workers full, or not."""

    def disk(site, full: bool) -> None:
        pid = site.process.pid
        for worker in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            _, hard = resource.prlimit(int(worker), resource.RLIMIT_FSIZE)
            resource.prlimit(int(worker), resource.RLIMIT_FSIZE, (FULL if full else hard, hard))

    return disk


def unavailable(answer) -> bool:
    return answer.status_code == 503 and set(answer.json()) == {"detail"} and int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("profile", SCHEMES)
def test_a_full_disk_refuses_what_writes_whole_and_answers_what_reads(serve, disk, ask, profile):
    site = serve(profile, workers=1)
    carol = Person(site, "carol").register().client
    assert carol.ask("PUT", VOTE, json={"choice": 1}).status_code == 200
    ask(site, f"UPDATE {profile}_credential SET last_used = datetime('now', '-1 hour')")  # noqa: S608  # so reading notes its use
    visitor = Client(site.address, card(profile))
    if card(profile).before:
        visitor.do(card(profile).before)

    def stored() -> list[list[tuple]]:
        return [sorted(ask(site, f"SELECT * FROM {table}"), key=repr) for table in TABLES] + [ask(site, ROWS[1])]  # noqa: S608

    before = stored()
    disk(site, full=True)
    for _ in range(2):
        assert carol.ask("GET", READ).status_code == 200
    assert carol.ask("GET", VOTE).json()["choice"] == 1
    refused = [carol.ask("PUT", VOTE, json={"choice": 2}), carol.ask("DELETE", VOTE)]
    for password in (PASSWORD, "wrong-horse-battery"):  # who can't be counted is not told which it was
        refused.append(visitor.login("carol", password))
    if carol.scheme.refresh:
        refused.append(carol.copy().do(carol.scheme.refresh))
    if carol.scheme.logout:
        refused.append(carol.copy().do(carol.scheme.logout))
    assert [answer.status_code for answer in refused if not unavailable(answer)] == []
    assert stored() == before
    disk(site, full=False)
    assert carol.ask("PUT", VOTE, json={"choice": 2}).status_code == 200
    assert visitor.login("carol", PASSWORD).status_code == 200
    if carol.scheme.refresh:
        assert carol.do(carol.scheme.refresh).status_code == 200  # it was not used up
    assert carol.opens()
    print(f"{profile}: on a full disk reads were 200, {len(refused)} writes 503 and without a trace; then all was well.")


def test_a_log_that_can_not_be_written_fails_no_request(sites):
    """Standard output and standard error go to /dev/full, where every write fails: events, errors and the access log."""
    port = next(free_ports())
    environment = DEPLOYED | HURRY | {"DATABASE_URL": sites.database.copy(), "AUTH_PROFILE": "token", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "granian", *SERVER, "--port", str(port), "--access-log", "project.wsgi:application"]
    with open("/dev/full", "w") as full:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=full, stderr=full, text=True, start_new_session=True
        )
    site = Site("token", port, process, environment)
    try:
        site.wait()
        alice = Client(site.address, card("token"))
        assert alice.login("alice", "wrong-horse-battery").status_code == 400
        assert alice.login().status_code == 200
        assert alice.ask("GET", READ).status_code == 200
        alice.variables["token"] = "x"
        assert alice.ask("GET", READ).status_code == 401
    finally:
        site.stop()
    print("With a log that can't be written: sign-ins, refusals and reads as ever.")
