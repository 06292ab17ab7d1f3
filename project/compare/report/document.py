"""The comparison as JSON: complete, versioned, and written so that the diff of two runs reads well."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from types import NoneType
from typing import Any, TypeVar, get_type_hints

from project.compare.results import GROUPS, Cell, Comparison, Cure, Profile, Row, Verdict

SCHEMA = 1
LISTS = {"profiles": Profile, "rows": Row, "cells": Cell, "cures": Cure}
WORDY = ("failed", "reason", "evidence", "method", "why", "source", "cure")
"""Keys that begin a line of their own in an entry."""

KINDS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    float: (int, float),
    float | str | None: (int, float, str, NoneType),
}
Entry = TypeVar("Entry", Profile, Row, Cell, Cure)


def dumps(comparison: Comparison) -> str:
    """Raises ValueError for a value that JSON can't hold, such as infinity."""
    document: dict[str, Any] = {"schema": SCHEMA}
    document |= {name: getattr(comparison, name) for name in ("made", "seconds", "commit", "machine", "versions", "method")}
    head = [f"  {_json(name)}: {_indented(value)}" for name, value in document.items()]
    lists = [f"  {_json(name)}: [\n{_entries(getattr(comparison, name))}\n  ]" for name in LISTS]
    return "{\n" + ",\n".join(head + lists) + "\n}\n"


def loads(text: str) -> Comparison:
    """The comparison again. Raises ValueError, with a sentence, for anything that `dumps` did not write."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ValueError(f"This is not JSON: {error}.") from None
    if not isinstance(document, dict) or "schema" not in document:
        raise ValueError("This is not a comparison: it has no `schema`.")
    if document["schema"] != SCHEMA:
        raise ValueError(f"This comparison has schema {document['schema']!r}; this version reads schema {SCHEMA} alone.")
    del document["schema"]
    names = [field.name for field in fields(Comparison)]
    _check_names(document, names, names, "the document")
    for name in ("made", "commit"):
        _check(document[name], str, name)
    _check(document["seconds"], float, "seconds")
    for name in ("machine", "versions", "method"):
        if not isinstance(document[name], dict):
            raise ValueError(f"In this comparison {name} is not an object.")
        for key, value in document[name].items():
            _check(value, str, f"{name}.{key}")
    lists = {name: _read(document[name], kind, name) for name, kind in LISTS.items()}
    comparison = Comparison(**(document | lists))
    _check_references(comparison)
    return comparison


def _entries(entries: Iterable[Any]) -> str:
    return ",\n".join(f"    {_entry(entry)}" for entry in entries)


def _entry(entry: Any) -> str:
    """What is compared on the first line, each longer text on one of its own; what is empty is left out."""
    written = ""
    for field in fields(entry):
        value = getattr(entry, field.name)
        if field.default is MISSING or value != field.default:
            comma = (",\n     " if field.name in WORDY else ", ") if written else ""
            written += f"{comma}{_json(field.name)}: {_json(value)}"
    return "{" + written + "}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _indented(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2).replace("\n", "\n  ")


def _read(entries: Any, kind: type[Entry], where: str) -> list[Entry]:
    if not isinstance(entries, list):
        raise ValueError(f"In this comparison {where} is not a list.")
    return [_read_entry(entry, kind, f"{where}[{number}]") for number, entry in enumerate(entries)]


def _read_entry(entry: Any, kind: type[Entry], where: str) -> Entry:
    if not isinstance(entry, dict):
        raise ValueError(f"In this comparison {where} is not an object.")
    required = [field.name for field in fields(kind) if field.default is MISSING]
    _check_names(entry, [field.name for field in fields(kind)], required, where)
    hints = get_type_hints(kind)
    return kind(**{name: _value(value, hints[name], f"{where}.{name}") for name, value in entry.items()})


def _value(value: Any, hint: Any, where: str) -> Any:
    if hint == tuple[str, ...] and isinstance(value, list):
        return tuple(_check(item, str, where) for item in value)
    if hint == Verdict | None and value in list(Verdict):
        return Verdict(value)
    return _check(value, hint, where)


def _check(value: Any, hint: Any, where: str) -> Any:
    if not isinstance(value, KINDS.get(hint, ())) or (isinstance(value, bool) and hint is not bool):
        raise ValueError(f"In this comparison {where} can't be {value!r}.")
    return value


def _check_names(entry: Mapping[str, Any], known: list[str], required: list[str], where: str) -> None:
    if missing := [name for name in required if name not in entry]:
        raise ValueError(f"In this comparison {where} lacks `{missing[0]}`.")
    if unknown := [name for name in entry if name not in known]:
        raise ValueError(f"In this comparison {where} has `{unknown[0]}`, which this version does not know.")


def _check_references(comparison: Comparison) -> None:
    """An answer to no question, of no profile, or in no group would be in no table."""
    rows, profiles = {row.id for row in comparison.rows}, {profile.name for profile in comparison.profiles}
    for row in comparison.rows:
        if row.group not in GROUPS:
            raise ValueError(f"In this comparison row {row.id} is in no known group: {row.group!r}.")
    for cell in comparison.cells:
        if cell.row not in rows or cell.profile not in profiles:
            raise ValueError(f"In this comparison the cell ({cell.row}, {cell.profile}) has no such row or no such profile.")
