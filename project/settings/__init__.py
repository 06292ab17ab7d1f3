"""The settings of the site: what every profile has, and what the profile in AUTH_PROFILE adds.

    AUTH_PROFILE=jwt python manage.py diffsettings --default project.settings.base

names what a profile changes.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured

import schemes
from project.settings import base, env


def compose(base: Mapping[str, Any], profile: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the settings (upper-case names) of a profile into those of the base; neither is changed.

    Lists grow, dictionaries merge one level, all else is replaced.
    """
    merged = {name: value for name, value in base.items() if _is_setting(name)}
    for name, value in profile.items():
        if not _is_setting(name):
            continue
        before = merged.get(name)
        if isinstance(before, list) and isinstance(value, list):
            value = before + value
        elif isinstance(before, dict) and isinstance(value, dict):
            value = before | value
        merged[name] = value
    return merged


def _is_setting(name: str) -> bool:
    return name.isupper() and not name.startswith("_")


def of(profile: str) -> dict[str, Any]:
    """Every setting of a profile, as this environment has it. Raises ImproperlyConfigured where the environment lacks one."""
    modules = [schemes.PROFILES[profile][1]]
    if profile in schemes.STOCK.values():
        modules.insert(0, "project.settings.stock")
    if profile in schemes.SCHEMES:
        modules.insert(0, "project.settings.social")
    settings = vars(base)
    for module in modules:
        settings = compose(settings, vars(import_module(module)))
    if profile != "session":  # cookies ignore ports: two profiles on one machine must not share a name
        settings["SESSION_COOKIE_NAME"] = f"{base.HOST_PREFIX}{profile}_sessionid"
        settings["CSRF_COOKIE_NAME"] = f"{base.HOST_PREFIX}{profile}_csrftoken"
    return settings


AUTH_PROFILE = env.one_of("AUTH_PROFILE", "session", schemes.PROFILES)
AUTH_SCHEME = schemes.PROFILES[AUTH_PROFILE][0]

if AUTH_PROFILE not in schemes.SCHEMES and not base.LAB:
    raise ImproperlyConfigured(
        f"AUTH_PROFILE={AUTH_PROFILE!r} can't be used outside the lab (DEBUG or LAB): it exists to be compared. "
        f"Accepted: {', '.join(schemes.SCHEMES)}."
    )

globals().update(of(AUTH_PROFILE))
