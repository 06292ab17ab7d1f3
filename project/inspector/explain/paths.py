"""Which paths a profile has, and which one a line means that names another."""

import re
from difflib import get_close_matches

from django.urls import Resolver404, resolve

from schemes import STOCK
from schemes.contract import Scheme, Step
from schemes.story import READ, VOTE

PATHS: dict[str, tuple[str, ...]] = {
    "/polls/api/questions/": ("GET", "POST"),
    READ: ("GET", "PUT", "PATCH", "DELETE"),
    VOTE: ("GET", "PUT", "POST", "DELETE"),
    "/accounts/register/": ("POST",),
    "/accounts/me/": ("GET", "PATCH", "PUT"),
    "/accounts/password/": ("POST",),
    "/auth/": ("GET",),
    "/api/schema/": ("GET",),
    "/healthz/": ("GET",),
}
"""What every profile has. Numbers are those of the first question."""
GIVES: dict[str, tuple[str, ...]] = {
    "/auth/logout/all/": ("POST",),
    "/auth/credentials/": ("GET",),
    "/auth/credentials/1/": ("DELETE",),
}
"""What a profile has besides whose credentials can be listed and ended."""
PUBLIC = ("/accounts/register/", "/auth/", "/api/schema/", "/healthz/")
ALIASES = {
    "login": "/api/token/ /api-token-auth/ /api/login/ /login/ /o/token/ /oauth/token/ /token/ /auth/login/ /auth/token/ "
    "/auth/token/login/ /auth/jwt/create/ /accounts/login/ /api/auth/login/",
    "refresh": "/api/token/refresh/ /auth/refresh/ /auth/token/refresh/ /auth/jwt/refresh/ /api/refresh/ /refresh/",
    "verify": "/api/token/verify/ /auth/verify/ /auth/introspect/ /o/introspect/ /auth/jwt/verify/",
    "logout": "/auth/logout/ /auth/revoke_token/ /o/revoke_token/ /api/logout/ /logout/ /auth/token/logout/ /accounts/logout/",
    "before": "/auth/csrf/ /csrf/ /api/csrf/",
}
"""Where tutorials and other profiles have a verb."""


def verbs(scheme: Scheme) -> dict[str, Step]:
    """The verbs that it has."""
    steps = {name: getattr(scheme, name) for name in ("before", "login", "refresh", "verify", "logout")}
    return {name: step for name, step in steps.items() if step}


def paths(scheme: Scheme, profile: str) -> dict[str, tuple[str, ...]]:
    """Each path of the profile, with its methods."""
    more = GIVES if scheme.login and profile not in STOCK.values() else {}
    return PATHS | more | {step.path: (step.method,) for step in verbs(scheme).values() if step.path not in PATHS}


def numbered(path: str) -> str:
    """The same path with the numbers of the first question."""
    return re.sub(r"/\d+/", "/1/", path)


def alias(path: str) -> str:
    """The verb that others have at this path; empty for none."""
    return next((verb for verb, known_as in ALIASES.items() if path in known_as.split()), "")


def meant(path: str, scheme: Scheme, profile: str) -> str:
    """The path of this profile that comes nearest, with a slash at its end."""
    path = re.sub("/{2,}", "/", f"{path}/")
    there = paths(scheme, profile)
    if numbered(path) in there:
        return path
    verb = alias(path)
    if verb:
        step = verbs(scheme).get(verb)
        return step.path if step else path
    if resolves(path):
        return path
    near = get_close_matches(numbered(path), there, 1, 0.75)
    return near[0] if near else path


def resolves(path: str) -> bool:
    """Whether this site has a view there: pages and the admin, which no card names."""
    try:
        return bool(getattr(resolve(path).func, "__name__", "") != "nothing_here")
    except Resolver404:
        return False
