"""Hashers: for what people make up, slow, so a few at once; for what a machine made, quick."""

from functools import lru_cache

from django.conf import settings
from django.contrib.auth import hashers

from project.turns import Turns


@lru_cache
def turns() -> Turns:
    """Hashing is the most expensive thing this site does: it must not keep everybody else waiting.

    One hash of Argon2 is many threads wide and fills 100 MB: several at once are no faster than one after the other.
    """
    return Turns("hashing", settings.HASHES_AT_ONCE, settings.HASHES_WAITING, settings.HASH_PATIENCE)


class Argon2Hasher(hashers.Argon2PasswordHasher):
    """Django's, in turn. Raises Busy."""

    def encode(self, password: str, salt: str) -> str:
        return turns().take(lambda: super(Argon2Hasher, self).encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        return turns().take(lambda: super(Argon2Hasher, self).verify(password, encoded))


class PBKDF2Hasher(hashers.PBKDF2PasswordHasher):
    """Django's, in turn: for passwords that came from another site of Django's. Its `verify` encodes. Raises Busy."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return turns().take(lambda: super(PBKDF2Hasher, self).encode(password, salt, iterations))


class ClientSecretHasher(hashers.PBKDF2PasswordHasher):
    """Cheap: an OAuth2 client's secret is 128 random characters, which no word list holds, so slowness would only cost us.

    (ASVS 6.5.2 asks for slow hashes below 112 bits of entropy. A slow one here also tells known clients from unknown ones
    by time, CWE-208.)
    """

    algorithm = "client_secret"
    iterations = 1_000
