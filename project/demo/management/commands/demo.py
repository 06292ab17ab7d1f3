"""`manage.py demo`: every profile at once, over one database, on this machine."""

import os
import secrets
import subprocess
import sys
import threading
import time
from argparse import ArgumentTypeError, BooleanOptionalAction
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from project.accounts.validators import PUBLISHED
from project.compare.servers import (
    HOST,
    PATIENCE,
    ROOT,
    DoesNotRun,
    Site,
    free_ports,
    heed_interrupts,
    heed_no_more_interrupts,
    manage,
    start,
)
from project.demo import data
from project.settings.env import LOCAL_SECRETS as LOCAL
from project.walkthrough.addresses import FIRST_PORT
from schemes import PROFILES, SCHEMES
from schemes.oauth2.validator import PUBLISHED as CLIENT_SECRET
from schemes.story import READ

AS_TYPED: dict[str, Any] = {"soft_wrap": True, "highlight": False}
"""For a line to paste: it stays one line."""


class Command(BaseCommand):
    help = "Migrate, seed, and serve the active profile and all others beside it on this machine. Ctrl-C ends it all."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=_port, default=FIRST_PORT, help=f"where to begin to look for free ports ({FIRST_PORT})"
        )
        parser.add_argument("--students", type=int, default=0, metavar="N", help="also student01 to studentN")
        parser.add_argument(
            "--stock",
            action=BooleanOptionalAction,
            default=True,
            help="also the libraries as they ship, and the baseline; without them half the memory",
        )
        parser.add_argument(
            "--provider", action="store_true", help="also a second instance as identity provider, whose accounts sign in here"
        )
        parser.add_argument("--compare", action="store_true", help="also a quick comparison of the four, shown when it is done")

    def handle(self, *args: Any, port: int, students: int, stock: bool, provider: bool, compare: bool, **options: Any) -> None:
        data.refuse_outside_lab()
        for _, module in PROFILES.values():  # a value that one of them can't use stops the demo here, in one line
            import_module(module)
        console = Console()
        heed_interrupts()
        first = list(dict.fromkeys([settings.AUTH_PROFILE, *SCHEMES]))
        profiles = list(dict.fromkeys([*first, *(PROFILES if stock else ())]))
        sites = _Sites()
        comparison: subprocess.Popen[str] | None = None
        try:
            with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as progress:
                task = progress.add_task("Preparing the database")
                call_command("migrate", interactive=False, verbosity=0)
                with open(os.devnull, "w") as nowhere:
                    call_command("seed_demo", students=students, stdout=nowhere)
                ports = dict(zip([*profiles, *(["provider"] if provider else [])], free_ports(port), strict=False))
                beside = _beside({profile: ports[profile] for profile in profiles})
                if provider:
                    progress.update(task, description="Preparing the provider")
                    there = _provider(ports["provider"])
                    beside |= _signing_in_at(there["PUBLIC_URL"])
                    sites.start("oauth2", ports["provider"], there)
                progress.update(task, description=f"Starting {', '.join(first)}")
                for profile in first:
                    sites.start(profile, ports[profile], beside)
                for site in sites.running:
                    site.wait()
            needed = list(sites.running)
            served = needed[provider:]
            _tell(console, served, port)
            if provider:
                console.print(f"Identity provider: {there['PUBLIC_URL']}, with accounts of its own, of the same names.")
            for site in needed:
                _relay(console, site, "provider" if site.environment.get("OIDC_ENABLED") else site.profile)
            later = _later(console, sites, {profile: ports[profile] for profile in profiles if profile not in first}, beside)
            while all(site.process.poll() is None for site in needed):
                if next(later, None) is None and compare and not comparison:
                    comparison = _compare(console)
                time.sleep(0.2)
            raise DoesNotRun(next(site for site in needed if site.process.poll() is not None).last_words())
        except DoesNotRun as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            console.print("\nThe demo is over.")
        finally:
            heed_no_more_interrupts()
            if comparison and comparison.poll() is None:
                comparison.terminate()
                comparison.wait()
            sites.stop()


class _Sites:
    """Every site that was started, in turn. Another thread starts them: an interrupt reaches the main one alone, and so never
    comes between the birth of a process and its name in the list."""

    def __init__(self) -> None:
        self.running: list[Site] = []
        self.starter = ThreadPoolExecutor(1)

    def start(self, profile: str, port: int, environment: dict[str, str]) -> Site:
        def begin() -> Site:
            self.running.append(start(profile, port, environment))
            return self.running[-1]

        return self.starter.submit(begin).result()

    def stop(self) -> None:
        self.starter.shutdown(cancel_futures=True)
        for site in self.running:
            site.listener = None
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Site.stop, self.running))


def _beside(ports: dict[str, int]) -> dict[str, str]:
    """What every site knows of the others, so that its pages lead to them and its console can move their clocks."""
    return {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "project.compare.settings",
        "LAB_KEY": secrets.token_urlsafe(32),
        "DEMO_SITES": ",".join(f"{profile}=http://{HOST}:{port}" for profile, port in ports.items()),
    }


def _later(console: Console, sites: _Sites, ports: dict[str, int], environment: dict[str, str]) -> Iterator[bool]:
    """Start one site after the other, a look at each turn, and tell of them when all answer. Whichever does not is no loss."""
    served: list[Site] = []
    for profile, port in ports.items():
        site = sites.start(profile, port, environment)
        deadline = time.monotonic() + PATIENCE
        try:
            while not site.ready(deadline):
                yield True
        except DoesNotRun as error:
            console.print(str(error), markup=False, highlight=False, soft_wrap=True)
            continue
        served.append(site)
    if served:
        console.print("\nThe libraries as they ship, and the baseline, answer too:")
        _table(console, served)
    for site in served:
        _relay(console, site, site.profile)


def _provider(port: int) -> dict[str, str]:
    """How a second instance starts that signs people in: OpenID Connect is on, and its own database as on the first day.

    It goes by another name of this machine, for cookies ignore ports: those of two sites must not meet.
    """
    environment = {
        "DEBUG": "1",
        "PUBLIC_URL": f"http://localhost:{port}",
        "OIDC_ENABLED": "1",
        "DATABASE_URL": f"sqlite:///{LOCAL / 'provider.sqlite3'}",
    }
    LOCAL.mkdir(mode=0o700, exist_ok=True)
    manage(["migrate", "--no-input", "-v0"], environment)
    manage(["reset_demo"], environment)
    return environment


def _signing_in_at(provider: str) -> dict[str, str]:
    """What a site must know to sign its users in there."""
    return {
        "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": provider,
        "SOCIAL_AUTH_OIDC_KEY": "demo-site",
        "SOCIAL_AUTH_OIDC_SECRET": CLIENT_SECRET,
        "SOCIAL_AUTH_OIDC_TITLE": "the demo's provider",
    }


def _compare(console: Console) -> "subprocess.Popen[str]":
    """A quick comparison beside the sites, in a process that starts sites of its own; its table is shown when it is whole."""
    command = [sys.executable, "manage.py", "compare", "--quick"]
    environment = os.environ | {"COLUMNS": str(console.width)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )

    def show() -> None:
        table, _ = process.communicate()
        if table:
            console.print(table, markup=False, highlight=False, soft_wrap=True)

    console.print("A comparison of the four runs beside them; its table comes in a minute or two.")
    threading.Thread(target=show, daemon=True).start()
    return process


def _port(text: str) -> int:
    if not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise ArgumentTypeError(f"{text!r} is no port. Accepted: 1024 to 65000.")
    return int(text)


def _relay(console: Console, site: Site, name: str) -> None:
    """Print what a site says, its requests and its events, under its name. That a page asks for news once a second is none."""

    def tell(line: str) -> None:
        if '"GET /inspect/rows/"' not in line:
            console.print(f"{name:>13} │ {line}", markup=False, highlight=False, soft_wrap=True)

    site.listener = tell


def _table(console: Console, sites: list[Site]) -> None:
    width = max(len(site.profile) for site in sites)
    rows = [(site.profile, f"{HOST}:{site.port}", f"curl -i {site.address}{READ}") for site in sites]
    for profile, address, line in [("Profile", "Address", "First line to paste"), *rows]:
        console.print(f"{profile:{width}}  {address:14}  {line}", **AS_TYPED)


def _tell(console: Console, sites: list[Site], wanted: int) -> None:
    """Which profile answers where, who can sign in, and the first line to paste."""
    if sites[0].port != wanted:
        console.print(f"Port {wanted} is busy: {sites[0].profile} answers on {sites[0].port}.")
    _table(console, sites)
    console.print(f"\nSign in as {', '.join(data.PEOPLE)}; the password is the name and {PUBLISHED} (alice{PUBLISHED}).")
    console.print("The page at each address has the lines that sign in. Ctrl-C ends the demo.")
    console.print(f"One button, every profile at once: {sites[0].address}/compare/console/", **AS_TYPED)
    own = Path(sys.executable)
    python = own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else "python"
    other = sites[-1].profile
    console.print(f"Another profile on the first port: AUTH_PROFILE={other} {python} manage.py demo", **AS_TYPED)
    console.print(f"All profiles compared by measurement: {python} manage.py compare", **AS_TYPED)
    console.print(f'In PowerShell: $env:AUTH_PROFILE="{other}"; {python} manage.py demo\n', **AS_TYPED)
