"""Two profiles' settings, and only what differs between them."""

from collections.abc import Iterator, Mapping
from typing import Any

from project import settings

MISSING = object()


def differences(one: str, other: str) -> list[tuple[str, str, str]]:
    """Name, value in profile `one`, value in profile `other`, as Python writes them; empty where it is not set.

    Dictionaries are told entry by entry, of lists and tuples what the other lacks; signing in with others' accounts is left
    out, for it is the site's and no scheme's. A secret shows itself as stars. Raises ImproperlyConfigured where the
    environment lacks what one of the profiles needs.
    """
    mine, theirs = (dict(_entries(settings.of(profile))) for profile in (one, other))
    names = sorted(name for name in mine.keys() | theirs.keys() if mine.get(name, MISSING) != theirs.get(name, MISSING))
    return [(name, *_told(mine.get(name, MISSING), theirs.get(name, MISSING))) for name in names]


def _entries(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name.startswith("SOCIAL_"):
            continue
        if isinstance(value, dict):
            yield from ((f'{name}["{key}"]', entry) for key, entry in value.items())
        else:
            yield name, value


def _told(mine: Any, theirs: Any) -> tuple[str, str]:
    if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple) and type(mine) is type(theirs):
        kind = type(mine)
        return repr(kind(one for one in mine if one not in theirs)), repr(kind(one for one in theirs if one not in mine))
    return tuple("" if value is MISSING else repr(value) for value in (mine, theirs))  # type: ignore[return-value]
