"""Real PostgreSQL and Redis servers of our own, in a temporary folder, on free loopback ports.

    python -m tests.services.servers pytest tests/contract

starts both and runs the command with DATABASE_URL and CACHE_URL naming them. Without the programs it says so
and ends with 0, or with 1 where NOTHING_IS_SKIPPED is set.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

import psycopg
import redis

from project.compare.servers import HOST, free_ports

NEEDED = "PostgreSQL (initdb, postgres) and Redis (redis-server), Debian's packages postgresql and redis-server"


def program(name: str) -> str | None:
    """Where a server program is; Debian keeps PostgreSQL's out of the PATH."""
    return shutil.which(name) or max(glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)


def missing() -> list[str]:
    return [name for name in ("initdb", "postgres", "redis-server") if program(name) is None]


class Server:
    """A server that can be stopped and started again on the same port with the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = next(free_ports())
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, **self.as_user())
        deadline = time.monotonic() + 30
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(2)
            self.process.wait(timeout=30)

    def as_user(self) -> dict[str, str]:
        """PostgreSQL refuses to run as root."""
        return {"user": "postgres"} if os.geteuid() == 0 else {}


class Postgres(Server):
    """The owner is `polls`, without a password: it listens on loopback alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        if self.as_user():
            shutil.chown(folder, "postgres")
        command = [
            program("initdb"),
            "-D",
            folder / "data",
            "-U",
            "polls",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **self.as_user())

    def command(self) -> list[str]:
        options = ["-c", "fsync=off", "-c", "max_connections=300", "-c", f"unix_socket_directories={self.folder}"]
        return [program("postgres"), "-D", str(self.folder / "data"), "-h", HOST, "-p", str(self.port), *options]

    def url(self, name: str = "postgres") -> str:
        return f"postgres://polls@{HOST}:{self.port}/{name}"

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis(Server):
    def command(self) -> list[str]:
        options = ["--save", "", "--bind", HOST, "--dir", str(self.folder)]
        return [program("redis-server"), "--port", str(self.port), *options]

    def as_user(self) -> dict[str, str]:
        return {}

    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url()) as connection:
                return bool(connection.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def started(kind: type[Server]) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="polls-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # noqa: S103  # the user postgres must get through to its own
        own = Path(folder) / kind.__name__
        own.mkdir()
        server = kind(own)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def main(command: list[str]) -> int:
    if missing():
        print(f"SKIPPED: no {', '.join(missing())} here. This group needs {NEEDED}.")
        return 1 if os.environ.get("NOTHING_IS_SKIPPED") else 0
    with started(Postgres) as postgres, started(Redis) as cache:
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE site")
        addresses = {"DATABASE_URL": postgres.url("site"), "CACHE_URL": cache.url()}
        return subprocess.run(command, env=os.environ | addresses).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
