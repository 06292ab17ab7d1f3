"""How bodies are read: what no database and no answer can hold is refused at the door."""

from collections.abc import Mapping
from typing import Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError

DEEPEST = 20
"""Levels of lists and objects in a body; the API knows no more than three."""


class JSONParser(parsers.JSONParser):
    """REST framework's, which fails with a 500 on a thousand brackets, and takes half of a surrogate pair for a character."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise TooDeep from None
        check(data)
        return data


class TooDeep(ParseError):
    default_detail = f"JSON parse error - nested deeper than {DEEPEST} levels."


def check(data: Any, depth: int = 0) -> None:
    """Raises ParseError for what can be written in JSON but not stored or sent back."""
    if depth > DEEPEST:
        raise TooDeep
    if isinstance(data, str):
        try:
            data.encode()
        except UnicodeEncodeError:
            raise ParseError("JSON parse error - half of a surrogate pair is no character.") from None
    elif isinstance(data, dict):
        for name, value in data.items():
            check(name)
            check(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            check(value, depth + 1)
