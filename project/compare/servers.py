"""One profile, served by a process of its own: for the demo, the tests and the comparison.

REST framework binds its authentication classes when it is imported, so a process never changes its profile.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {"DJANGO_SETTINGS_MODULE": "project.settings"}
SERVER = [
    *("--interface", "wsgi", "--http", "1", "--no-ws"),
    *("--blocking-threads", "96"),  # made when needed; more than ever wait: to hash, for a body, to write to SQLite
    *("--respawn-failed-workers",),  # else one worker that dies takes the others with it
    *("--http1-header-read-timeout", "10000"),  # of a request, and of the next one on a connection; milliseconds
    *("--workers-kill-timeout", "10"),
]
"""What the site needs of its server, here as in production: what protects it from clients that hang, and from itself."""
ACCESS_LOG = ["--access-log", "--access-log-fmt", '"%(method)s %(path)s" %(status)d %(dt_ms).0f ms']
"""A line a request, without its query: a code of OAuth2 stands there, or what somebody searches for."""
PATIENCE = 60
"""Seconds in which a site must answer."""


class DoesNotRun(Exception):
    """A site ended, or did not answer in time; the message has its last words."""


@dataclass
class Site:
    """A running site. `environment` is what it was started with; `said` is what it wrote, its access log included."""

    profile: str
    port: int
    process: subprocess.Popen[str]
    environment: Mapping[str, str]
    said: list[str] = field(default_factory=list)
    listener: Callable[[str], None] | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # it says that a part of it fails
        except OSError:
            return False

    def ready(self, deadline: float) -> bool:
        """Whether it answers by now. Raises DoesNotRun where it ended, or had its time."""
        if self.answers():
            return True
        if self.process.poll() is not None or time.monotonic() > deadline:
            raise DoesNotRun(self.last_words())
        return False

    def wait(self) -> None:
        """Raise DoesNotRun unless it answers in time."""
        deadline = time.monotonic() + PATIENCE
        while not self.ready(deadline):
            time.sleep(0.05)

    def last_words(self) -> str:
        return f"The profile {self.profile} does not run on {self.address}.\n" + "".join(self.said[-15:])

    def hear(self) -> None:
        """Keep what the site says, and pass it on to a listener."""
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said.append(line)
                del self.said[:-1000]
                if self.listener:
                    self.listener(line.rstrip())

    def stop(self) -> None:
        """End it with its workers: politely, then not."""
        for signal_, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            try:
                os.killpg(self.process.pid, signal_) if hasattr(os, "killpg") else self.process.terminate()
                self.process.wait(timeout=patience)
                return
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue


def heed_interrupts() -> None:
    """Ctrl-C, SIGTERM and a closed window all end a command as Ctrl-C does, so that it can end its sites.

    A shell that starts a command in the background has it ignore Ctrl-C; this one does not. Who says nohup means it.
    """
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup and signal.getsignal(hangup) is not signal.SIG_IGN:
        signal.signal(hangup, _interrupt)


def heed_no_more_interrupts() -> None:
    """A second Ctrl-C must leave no site behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def free_ports(first: int = 0) -> Iterator[int]:
    """Ports nobody listens on: from `first` upwards, or any, and then nobody else is given it for a minute.

    A connection that its server ends leaves the port in TIME-WAIT (RFC 9293 3.3.2): no connection and no other
    process is given it by chance, and whoever asks for it by number may listen there (SO_REUSEADDR).
    """
    port = first
    while port < 65536:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                port += 1
                continue
            found: int = probe.getsockname()[1]
            if not first:
                probe.listen(1)
                with socket.create_connection((HOST, found)):
                    probe.accept()[0].close()
        yield found
        port = port and port + 1


def start(
    profile: str,
    port: int,
    environment: Mapping[str, str],
    listener: Callable[[str], None] | None = None,
    workers: int = 1,
) -> Site:
    """Start the production server on the site; the caller waits for it and stops it. The site is its own issuer."""
    issuer = os.environ.get("PUBLIC_URL") or f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "granian", *SERVER, "--workers", str(workers)]
    command += ["--host", HOST, "--port", str(port), *ACCESS_LOG, "project.wsgi:application"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ
        | SETTINGS
        | {"AUTH_PROFILE": profile, "PUBLIC_URL": issuer, "PYTHONUNBUFFERED": "1"}
        | dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    site = Site(profile, port, process, environment, listener=listener)
    threading.Thread(target=site.hear, daemon=True).start()
    return site


def manage(arguments: Iterable[str], environment: Mapping[str, str]) -> str:
    """Run a management command; returns what it printed, raises CalledProcessError when it fails."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | SETTINGS | dict(environment), text=True, check=True, capture_output=True
    )
    return done.stdout


@contextmanager
def running(profile: str, environment: Mapping[str, str]) -> Iterator[Site]:
    """A site on a free port, answering; ended with the block."""
    site = start(profile, next(free_ports()), environment)
    try:
        site.wait()
        yield site
    finally:
        site.stop()
