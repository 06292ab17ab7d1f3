"""Real PostgreSQL, Redis, PgBouncer and nginx servers of our own, in a temporary folder, on free loopback ports.

    python -m tests.services.servers pytest tests/contract

starts PostgreSQL and Redis (or Valkey) and runs the command with DATABASE_URL and CACHE_URL naming them. Without the
programs it says so and ends with 0, or with 1 where NOTHING_IS_SKIPPED is set.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from glob import glob
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from project.compare.servers import HOST, ROOT, free_ports

NEEDED = "PostgreSQL (initdb, postgres) and Redis (redis-server) or Valkey, Debian's packages postgresql and redis-server"
FOR_NODES = "nginx and PgBouncer, Debian's packages nginx and pgbouncer"
DEPLOY = ROOT / "docs" / "deploy"


def program(name: str) -> str | None:
    """Where a server program is; Debian keeps PostgreSQL's out of the PATH, and daemons in one of their own."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if name == "redis-server":
        found = found or shutil.which("valkey-server")
    return found or max(glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)


def missing(*names: str) -> list[str]:
    """Which of these programs are not here; of PostgreSQL's and Redis's where none is named."""
    return [name for name in names or ("initdb", "postgres", "redis-server") if program(name) is None]


class Server:
    """A server that can be stopped and started again on the same port with the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if self.as_user():
            shutil.chown(folder, self.as_user()["user"])
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
        """PostgreSQL and PgBouncer refuse to run as root."""
        return {"user": "postgres"} if os.geteuid() == 0 else {}

    def write(self, name: str, text: str) -> Path:
        """A file of its own."""
        path = self.folder / name
        path.write_text(text)
        if self.as_user():
            shutil.chown(path, self.as_user()["user"])
        return path


class Postgres(Server):
    """The owner is `polls`, without a password: it listens on loopback alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.make()

    def make(self) -> None:
        command = [
            program("initdb"),
            "-D",
            self.folder / "data",
            "-U",
            "polls",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.as_user())

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


class Replica(Postgres):
    """A copy that follows `primary` by its log, and repeats each transaction `lag` seconds after it was committed there."""

    def __init__(self, folder: Path, primary: Postgres, lag: float) -> None:
        self.primary, self.lag = primary, lag
        super().__init__(folder)

    def make(self) -> None:
        source = ["-h", HOST, "-p", str(self.primary.port), "-U", "polls", "--checkpoint=fast", "--write-recovery-conf"]
        command = [program("pg_basebackup"), "-D", self.folder / "data", *source]
        subprocess.run(command, check=True, cwd=self.folder, **self.as_user())

    def command(self) -> list[str]:
        return [*super().command(), "-c", f"recovery_min_apply_delay={self.lag * 1000:.0f}ms"]


class PgBouncer(Server):
    """docs/deploy/pgbouncer.ini in front of `postgres`, for every database it has, without passwords.

    `also` are settings that the file does not have.
    """

    def __init__(self, folder: Path, postgres: str, **also: str) -> None:
        super().__init__(folder)
        behind = urlsplit(postgres)
        users = self.write("userlist.txt", f'"{behind.username}" ""\n')
        own = {
            "polls": None, "*": f"host={behind.hostname} port={behind.port}", "listen_port": str(self.port),
            "auth_type": "trust", "auth_file": str(users), "unix_socket_dir": "",
        }  # fmt: skip
        self.behind = behind
        self.configuration = self.write("pgbouncer.ini", _changed((DEPLOY / "pgbouncer.ini").read_text(), own | also))

    def command(self) -> list[str]:
        return [program("pgbouncer"), str(self.configuration)]

    def url(self, name: str = "") -> str:
        """Of the database that it was told of, or of another beside it."""
        user, database = self.behind.username, name or self.behind.path.lstrip("/")
        return f"postgres://{user}@{HOST}:{self.port}/{database}"

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0


class Nginx(Server):
    """docs/deploy/nginx.conf in front of nodes on this machine, with a certificate of its own.

    `patience`: seconds that it waits for a slow client, other than the file's.
    """

    def __init__(self, folder: Path, nodes: Iterable[int], patience: int = 10) -> None:
        super().__init__(folder)
        self.plain = next(free_ports())
        """The port that has no TLS."""
        self.certificate = self.write("polls.pem", "")
        key = self.write("polls.key", "")
        _sign(self.certificate, key)
        here = {
            "server site:8000;": " ".join(f"server {HOST}:{port};" for port in nodes),
            "listen 80;": f"listen {HOST}:{self.plain};", "listen 443 ssl;": f"listen {HOST}:{self.port} ssl;",
            "header_timeout 10s;": f"header_timeout {patience}s;", "body_timeout 10s;": f"body_timeout {patience}s;",
            "/etc/nginx/tls/": f"{folder}/", "/var/log/nginx/": f"{folder}/",
        }  # fmt: skip
        site = (DEPLOY / "nginx.conf").read_text()
        for theirs, ours in here.items():
            assert theirs in site, theirs
            site = site.replace(theirs, ours)
        places = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi"))
        self.configuration = self.write(
            "nginx.conf",
            f"daemon off; worker_processes 2; pid {folder}/pid; events {{}} http {{ {places}\n{site} }}",
        )

    def command(self) -> list[str]:
        return [program("nginx"), "-p", str(self.folder), "-c", str(self.configuration), "-e", str(self.folder / "error.log")]

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.port}"

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def asked(self) -> list[dict[str, str]]:
        """Its access log."""
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]


def _changed(ini: str, own: dict[str, str | None]) -> str:
    """The file with some of its values replaced (None: without it), and others added at the end."""
    kept = [line for line in ini.splitlines() if line.partition(" = ")[0] not in own]
    databases = kept.index("[databases]") + 1
    added = {name: value for name, value in own.items() if value is not None}
    kept[databases:databases] = [f"* = {added.pop('*')}"]
    return "\n".join([*kept, *(f"{name} = {value}" for name, value in added.items())]) + "\n"


def _sign(certificate: Path, key: Path) -> None:
    """A certificate for this machine, signed by itself."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(
            name, name, secret.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


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


AnyServer = TypeVar("AnyServer", bound=Server)


@contextmanager
def started(kind: type[AnyServer], *arguments: Any, **options: Any) -> Iterator[AnyServer]:
    with tempfile.TemporaryDirectory(prefix="polls-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # noqa: S103  # the user postgres must get through to its own
        own = Path(folder) / kind.__name__
        own.mkdir()
        server = kind(own, *arguments, **options)
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
