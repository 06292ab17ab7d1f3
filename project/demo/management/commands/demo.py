"""`manage.py demo`: every profile at once, over one database, on this machine."""

import os
import subprocess
import sys
import threading
import time
from argparse import ArgumentTypeError
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from project.accounts.validators import PUBLISHED
from project.compare.servers import ROOT, DoesNotRun, Site, free_ports, heed_interrupts, heed_no_more_interrupts, manage, start
from project.demo import data
from project.settings.env import LOCAL_SECRETS as LOCAL
from project.walkthrough.addresses import FIRST_PORT
from schemes import PROFILES, SCHEMES
from schemes.oauth2.validator import PUBLISHED as CLIENT_SECRET
from schemes.story import READ


class Command(BaseCommand):
    help = "Migrate, seed, and serve the active profile and all others beside it on this machine. Ctrl-C ends it all."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=_port, default=FIRST_PORT, help=f"where to begin to look for free ports ({FIRST_PORT})"
        )
        parser.add_argument("--students", type=int, default=0, metavar="N", help="also student01 to studentN")
        parser.add_argument("--stock", action="store_true", help="also the libraries as they ship, and the baseline")
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
        profiles = list(dict.fromkeys([settings.AUTH_PROFILE, *(PROFILES if stock else SCHEMES)]))
        sites: list[Site] = []
        comparison: subprocess.Popen[str] | None = None
        try:
            with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as progress:
                task = progress.add_task("Preparing the database")
                call_command("migrate", interactive=False, verbosity=0)
                with open(os.devnull, "w") as nowhere:
                    call_command("seed_demo", students=students, stdout=nowhere)
                ports = list(islice(free_ports(port), len(profiles) + provider))
                if provider:
                    progress.update(task, description="Preparing the provider")
                    sites.append(_provider(ports.pop()))
                progress.update(task, description=f"Starting {', '.join(profiles)}")
                beside = {"DEBUG": "1"} | (_signing_in_at(sites[0]) if provider else {})
                sites[:0] = [start(profile, free, beside) for profile, free in zip(profiles, ports, strict=True)]
                for site in sites:
                    site.wait()
            _tell(console, sites[: len(profiles)], port)
            if provider:
                console.print(
                    f"Identity provider: {sites[-1].environment['PUBLIC_URL']}, with accounts of its own, of the same names."
                )
            for site in sites:
                site.listener = _relay(console, "provider" if site.environment.get("OIDC_ENABLED") else site.profile)
            if compare:
                comparison = _compare(console)
            while all(site.process.poll() is None for site in sites):
                time.sleep(0.5)
            raise DoesNotRun(next(site for site in sites if site.process.poll() is not None).last_words())
        except DoesNotRun as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            console.print("\nThe demo is over.")
        finally:
            heed_no_more_interrupts()
            if comparison and comparison.poll() is None:
                comparison.terminate()
                comparison.wait()
            for site in sites:
                site.listener = None
                site.stop()


def _provider(port: int) -> Site:
    """A second instance with OpenID Connect on, over a database of its own that is as on the first day.

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
    return start("oauth2", port, environment)


def _signing_in_at(provider: Site) -> dict[str, str]:
    """What a site must know to sign its users in there."""
    return {
        "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": provider.environment["PUBLIC_URL"],
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


def _relay(console: Console, profile: str) -> Any:
    """Print what a site says, its requests and its events, under its name."""
    return lambda line: console.print(f"{profile:>8} │ {line}", markup=False, highlight=False, soft_wrap=True)


def _row(site: Site) -> tuple[str, str, str]:
    return site.profile, f"127.0.0.1:{site.port}", f"curl -i {site.address}{READ}"


def _tell(console: Console, sites: list[Site], wanted: int) -> None:
    """Which profile answers where, who can sign in, and the first line to paste."""
    if sites[0].port != wanted:
        console.print(f"Port {wanted} is busy: {sites[0].profile} answers on {sites[0].port}.")
    as_typed: dict[str, Any] = {"soft_wrap": True, "highlight": False}  # a line to paste is one line
    width = max(len(site.profile) for site in sites)
    for profile, address, line in [("Profile", "Address", "First line to paste"), *map(_row, sites)]:
        console.print(f"{profile:{width}}  {address:14}  {line}", **as_typed)
    console.print(f"\nSign in as {', '.join(data.PEOPLE)}; the password is the name and {PUBLISHED} (alice{PUBLISHED}).")
    console.print("The page at each address has the lines that sign in. Ctrl-C ends the demo.")
    own = Path(sys.executable)
    python = own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else "python"
    other = sites[-1].profile
    console.print(f"Another profile on the first port: AUTH_PROFILE={other} {python} manage.py demo", **as_typed)
    console.print(f"All profiles compared by measurement: {python} manage.py compare", **as_typed)
    console.print(f'In PowerShell: $env:AUTH_PROFILE="{other}"; {python} manage.py demo\n', **as_typed)
