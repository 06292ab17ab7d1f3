"""The schemes that can protect the polls API, one folder each; `AUTH_PROFILE` picks one.

This module is the vocabulary: names alone, so that settings can import it before Django is set up.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from project.accounts.models import User

SCHEMES = ("session", "token", "jwt", "oauth2")
"""The folders beside this file, in teaching order."""

BASELINE = "basic"
"""One more folder: the password on every request, the ceiling of cost that the others are measured against."""

STOCK = {name: f"{name}-stock" for name in SCHEMES}
"""A scheme -> the profile that has its library as it ships."""

PROFILES = (
    {name: (name, f"schemes.{name}.settings") for name in SCHEMES}
    | {STOCK[name]: (name, f"schemes.{name}.stock") for name in SCHEMES}
    | {BASELINE: (BASELINE, f"schemes.{BASELINE}.settings")}
)
"""What AUTH_PROFILE accepts: profile -> (scheme, settings module). All but SCHEMES start in the lab alone."""


def revoke_all(user: "User") -> None:
    """End every credential of `user`, of every scheme: one database serves all profiles, so none may survive in another."""
    for name in SCHEMES:
        import_module(f"schemes.{name}.authentication").revoke_all(user)
