"""Where the demo serves which profile, as the documents print it."""

from schemes import PROFILES

FIRST_PORT = 8000


def address(profile: str) -> str:
    """The four, then the others, one port after the other."""
    return f"http://127.0.0.1:{FIRST_PORT + list(PROFILES).index(profile)}"
