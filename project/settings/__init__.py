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
    merged = {name: value for name, value in base.items() if name.isupper()}
    for name, value in profile.items():
        if not name.isupper():
            continue
        before = merged.get(name)
        if isinstance(before, list) and isinstance(value, list):
            value = before + value
        elif isinstance(before, dict) and isinstance(value, dict):
            value = before | value
        merged[name] = value
    return merged


AUTH_PROFILE = env.one_of("AUTH_PROFILE", "session", schemes.PROFILES)
AUTH_SCHEME, _module = schemes.PROFILES[AUTH_PROFILE]

if AUTH_PROFILE not in schemes.SCHEMES and not base.LAB:
    raise ImproperlyConfigured(
        f"AUTH_PROFILE={AUTH_PROFILE!r} can't be used outside the lab (DEBUG or LAB): it exists to be compared. "
        f"Accepted: {', '.join(schemes.SCHEMES)}."
    )

_settings = vars(base)
if AUTH_PROFILE in schemes.SCHEMES:
    _settings = compose(_settings, vars(import_module("project.settings.social")))
if AUTH_PROFILE in schemes.STOCK.values():
    _settings = compose(_settings, vars(import_module("project.settings.stock")))
globals().update(compose(_settings, vars(import_module(_module))))

if AUTH_PROFILE != "session":  # cookies ignore ports: two profiles on one machine must not share a name
    SESSION_COOKIE_NAME = f"{base.HOST_PREFIX}{AUTH_PROFILE}_sessionid"
    CSRF_COOKIE_NAME = f"{base.HOST_PREFIX}{AUTH_PROFILE}_csrftoken"
