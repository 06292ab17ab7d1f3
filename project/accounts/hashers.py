"""A hasher for secrets that a machine made."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class ClientSecretHasher(PBKDF2PasswordHasher):
    """Cheap: an OAuth2 client's secret is 128 random characters, which no word list holds, so slowness would only cost us.

    (ASVS 6.5.2 asks for slow hashes below 112 bits of entropy. A slow one here also tells known clients from unknown ones
    by time, CWE-208.)
    """

    algorithm = "client_secret"
    iterations = 1_000
