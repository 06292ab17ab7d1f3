"""Typed reads of the environment: a value that can't be used stops the program with name, value and what is accepted."""

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, validate
from jwcrypto.common import base64url_decode
from jwcrypto.jwk import JWK, InvalidJWKValue

KEY_PAIRS: dict[str, tuple[str, dict[str, Any]]] = {
    "EdDSA": ("OKP", {"crv": "Ed25519"}),
    "ES256": ("EC", {"crv": "P-256"}),
    "RS256": ("RSA", {"size": 3072}),
}
"""Algorithms whose signature anybody can check with a public key (RFC 7518, RFC 8037): kind of key, and its parameters."""
PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.+?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
LOOPBACK_ORIGIN = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d{1,5}")
LOCAL_SECRETS = Path(__file__).resolve().parents[2] / ".local"
TEN_YEARS = 10 * 365 * 24 * 3600

_env = Env()


def _read(read: Callable[..., Any], name: str, default: Any, accepted: str, **options: Any) -> Any:
    value = os.environ.get(name)
    if value is not None and not value.strip():  # `NAME= command` means "not set", as in a shell's ${NAME:-default}
        return default
    try:
        return read(name, default, **options)
    except (EnvError, ValueError, TypeError, KeyError) as error:
        raise ImproperlyConfigured(f"{name}={value!r} can't be used. Accepted: {accepted}.") from error


def flag(name: str, default: bool = False) -> bool:
    """A switch: 1/0, true/false, yes/no, on/off."""
    return _read(_env.bool, name, default, "1 or 0 (true/false, yes/no, on/off)")


def number(name: str, default: int, low: int = 0, high: int = 100) -> int:
    """A whole number between `low` and `high`."""
    return _read(_env.int, name, default, f"a whole number from {low} to {high}", validate=validate.Range(min=low, max=high))


def seconds(name: str, default: int) -> int:
    """A lifetime in whole seconds, from one second to ten years."""
    return _read(
        _env.int,
        name,
        default,
        "a whole number of seconds from 1 to 315360000 (ten years)",
        validate=validate.Range(min=1, max=TEN_YEARS),
    )


def one_of(name: str, default: str, accepted: Iterable[str]) -> str:
    """One word of a list."""
    names = tuple(accepted)
    return _read(_env.str, name, default, ", ".join(names), validate=validate.OneOf(names))


def sites(name: str) -> dict[str, str]:
    """`session=http://127.0.0.1:8000,token=...`: a word and an address of this machine each. Empty where it is not set."""

    def read(name: str, default: Any, **options: Any) -> dict[str, str]:
        found = dict(one.strip().split("=", 1) for one in os.environ.get(name, "").split(",") if one.strip())
        if not all(LOOPBACK_ORIGIN.fullmatch(address) for address in found.values()):
            raise ValueError
        return found

    return _read(read, name, {}, "PROFILE=http://127.0.0.1:PORT, separated by commas")


def names(name: str, default: Iterable[str] = ()) -> list[str]:
    """A comma-separated list."""
    return [word for word in _read(_env.list, name, list(default), "names separated by commas") if word]


def origin(name: str, default: str) -> str:
    """A web address without a path: scheme, host and port."""
    return _read(
        _env.str,
        name,
        default,
        "an address such as https://polls.example.org, without a path",
        validate=validate.Regexp(r"https?://[A-Za-z0-9.\-\[\]:]+\Z"),
    )


def database(name: str, default: str) -> dict[str, Any]:
    """A Django database from an address: `sqlite:///file` or `postgres://user:password@host:port/name`."""
    accepted = "sqlite:///path/to/file or postgres://user:password@host:port/name"
    config = _read_address(_env.dj_db_url, name, default, accepted)
    if config.get("ENGINE", "").rpartition(".")[2] not in ("sqlite3", "postgresql"):
        raise ImproperlyConfigured(f"{name} names another engine. Accepted: {accepted}.")
    return config


def cache(name: str, default: str) -> dict[str, Any]:
    """A Django cache from an address: `locmem://` (in this process) or `redis://host:port/number`, which is near, or gone."""
    accepted = "locmem:// or redis://host:port/number"
    config = _read_address(_env.dj_cache_url, name, default, accepted)
    if not config["BACKEND"].endswith(("LocMemCache", "RedisCache")):
        raise ImproperlyConfigured(f"{name} names another cache. Accepted: {accepted}.")
    if config["BACKEND"].endswith("RedisCache"):
        config["OPTIONS"] = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}  # seconds
    return config


def _read_address(read: Callable[..., Any], name: str, default: str, accepted: str) -> dict[str, Any]:
    """Addresses may hold a password, so the message names the scheme alone."""
    value = os.environ.get(name) or ""
    try:
        return dict(read(name if value.strip() else f"{name}_DEFAULT", default))
    except Exception as error:  # three libraries parse here, each with errors of its own
        scheme = value.partition("://")[0]
        raise ImproperlyConfigured(f"{name}={scheme + '://…'!r} can't be used. Accepted: {accepted}.") from error


class Secret(str):
    """A string that `diffsettings`, a debugger or a log shows as stars."""

    def __repr__(self) -> str:
        return "'********'"


def secret(name: str, local: bool, least: int, other_than: str = "") -> Secret:
    """A secret of at least `least` bytes from the environment; for local use one is made and kept in `.local/`.

    Raises ImproperlyConfigured when it is missing outside local use, too short, or equal to `other_than`; never shows it.
    """
    value = os.environ.get(name, "")
    if not value and local:
        value = _local_secret(name, lambda: secrets.token_urlsafe(64))
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Accepted: at least {least} random bytes, from the environment "
            f"(DEBUG=1, for local use, makes one by itself)."
        )
    if len(value.encode()) < least:
        raise ImproperlyConfigured(f"{name} has {len(value.encode())} bytes. Accepted: at least {least} random bytes.")
    if other_than and secrets.compare_digest(value.encode(), other_than.encode()):
        raise ImproperlyConfigured(f"{name} equals another secret. Accepted: a key of its own.")
    return Secret(value)


def private_keys(name: str, algorithm: str, local: bool) -> Secret:
    """One private key in PEM for the algorithm, or several: the first signs. A newline may be written as \\n.

    Raises ImproperlyConfigured for any other text, and for a key that is missing outside local use; never shows it.
    """
    kind, parameters = KEY_PAIRS[algorithm]
    accepted = f"private keys in PEM for {algorithm} ({kind}{', at least 3072 bits' if kind == 'RSA' else ''})"
    text = os.environ.get(name, "").replace("\\n", "\n")
    if not text.strip() and local:
        text = _local_secret(f"{name}.{algorithm}", lambda: _private_key(kind, parameters))
    if not text.strip():
        raise ImproperlyConfigured(f"{name} is not set. Accepted: {accepted} (DEBUG=1, for local use, makes one by itself).")
    try:
        keys = [JWK.from_pem(pem.encode()) for pem in PEM.findall(text)]
    except (ValueError, TypeError, InvalidJWKValue) as error:
        raise ImproperlyConfigured(f"{name} can't be read. Accepted: {accepted}.") from error
    for key in keys:
        public = key.export_public(as_dict=True)
        fits = public["kty"] == kind and parameters.get("crv") == public.get("crv") and key.has_private
        if not fits or (kind == "RSA" and len(base64url_decode(public["n"])) * 8 < 3072):
            raise ImproperlyConfigured(f"{name} holds a key of another kind. Accepted: {accepted}.")
    if not keys:
        raise ImproperlyConfigured(f"{name} holds no key. Accepted: {accepted}.")
    return Secret(text)


def _private_key(kind: str, parameters: dict[str, Any]) -> str:
    pem: bytes = JWK.generate(kty=kind, **parameters).export_to_pem(private_key=True, password=None)
    return pem.decode()


def _local_secret(name: str, make: Callable[[], str]) -> str:
    """Read `.local/NAME`, made by whichever process comes first: a hard link either appears whole or fails."""
    path = LOCAL_SECRETS / name
    if not path.exists():
        LOCAL_SECRETS.mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=LOCAL_SECRETS) as file:  # mode 0600
            file.write(make())
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()
