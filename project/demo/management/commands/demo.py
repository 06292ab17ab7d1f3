"""`manage.py demo`: every profile at once, over one database, on this machine."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from argparse import ArgumentTypeError
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from project.accounts.validators import PUBLISHED
from project.demo import data
from schemes import PROFILES
from schemes.story import READ

HOST = "127.0.0.1"
PATIENCE = 60
"""Seconds in which a site must answer."""


@dataclass
class Site:
    """One profile, served by a process of its own."""

    profile: str
    port: int
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    ready: bool = False

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def relay(self, console: Console) -> None:
        """Print what the site says under its name, once it serves; what it said before is shown if it fails to start."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if self.ready:
                console.print(f"{self.profile:>8} │ {line.rstrip()}", markup=False, highlight=False, soft_wrap=True)
            else:
                self.said.append(line)


class Command(BaseCommand):
    help = "Migrate, seed, and serve the active profile and all others beside it on this machine. Ctrl-C ends it all."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=_port, default=8000, help="where to begin to look for free ports (8000)")
        parser.add_argument("--students", type=int, default=0, metavar="N", help="also student01 to studentN")

    def handle(self, *args: Any, port: int, students: int, **options: Any) -> None:
        data.refuse_outside_lab()
        console = Console()
        signal.signal(signal.SIGTERM, _interrupt)
        profiles = [settings.AUTH_PROFILE, *(name for name in PROFILES if name != settings.AUTH_PROFILE)]
        sites: list[Site] = []
        try:
            with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as progress:
                task = progress.add_task("Preparing the database")
                call_command("migrate", interactive=False, verbosity=0)
                call_command("seed_demo", students=students, stdout=open(os.devnull, "w"))
                progress.update(task, description=f"Starting {', '.join(profiles)}")
                sites += _start(profiles, port, console)
                _wait_for(sites)
            _tell(console, sites, port)
            while all(site.process.poll() is None for site in sites):
                time.sleep(0.5)
            raise CommandError(_failure(next(site for site in sites if site.process.poll() is not None)))
        except KeyboardInterrupt:
            console.print("\nThe demo is over.")
        finally:
            _stop(sites)


def _port(text: str) -> int:
    if not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise ArgumentTypeError(f"{text!r} is no port. Accepted: 1024 to 65000.")
    return int(text)


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


def _free_ports(first: int) -> Iterator[int]:
    for port in range(first, 65536):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        yield port


def _start(profiles: list[str], first: int, console: Console) -> Iterator[Site]:
    for profile, port in zip(profiles, _free_ports(first), strict=False):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", f"{HOST}:{port}"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"AUTH_PROFILE": profile, "DEBUG": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        site = Site(profile, port, process)
        threading.Thread(target=site.relay, args=[console], daemon=True).start()
        yield site


def _wait_for(sites: list[Site]) -> None:
    deadline = time.monotonic() + PATIENCE
    for site in sites:
        while not site.answers():
            if site.process.poll() is not None or time.monotonic() > deadline:
                raise CommandError(_failure(site))
            time.sleep(0.1)
        site.ready = True


def _failure(site: Site) -> str:
    return f"The profile {site.profile} does not run on {site.address}.\n" + "".join(site.said[-15:])


def _tell(console: Console, sites: list[Site], wanted: int) -> None:
    """Which profile answers where, who can sign in, and the first line to paste."""
    if sites[0].port != wanted:
        console.print(f"Port {wanted} is busy: {sites[0].profile} answers on {sites[0].port}.")
    table = Table("Profile", "Open in a browser", "First line to paste", box=None, pad_edge=False)
    for site in sites:
        table.add_row(site.profile, f"{HOST}:{site.port}", f"curl -i {site.address}{READ}")
    console.print(table)
    console.print(f"\nSign in as {', '.join(data.PEOPLE)}; the password is the name and {PUBLISHED} (alice{PUBLISHED}).")
    console.print("The page of each address has the lines for signing in. Ctrl-C ends the demo.")
    others = next(site.profile for site in sites[1:])
    console.print(f"Another profile first: AUTH_PROFILE={others} python manage.py demo")
    console.print(f'in PowerShell: $env:AUTH_PROFILE="{others}"; python manage.py demo\n')


def _stop(sites: list[Site]) -> None:
    for site in sites:
        site.process.terminate()
    for site in sites:
        try:
            site.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            site.process.kill()
            site.process.wait()
