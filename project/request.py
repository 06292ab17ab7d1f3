"""A request that can be made of whatever arrives, where Django's raises before anything could answer; and what scripts post."""

import json
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.http import parse_header_parameters


class Utf8:
    """Beside Django's request class: reads UTF-8 whatever a Content-Type says. `middleware.ApiRules` refuses the rest.

    Django decodes bodies and query strings with any codec of Python's that a client names, `bz2_codec` among them.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:  # a parameter in an encoding of its own (RFC 2231) that can't be decoded
            self.content_type, self.content_params = "", {"charset": "unreadable"}

    def get_host(self) -> str:
        """As Django's, which looks at every place that asks again whether the name is allowed."""
        return self._host

    @cached_property
    def _host(self) -> str:
        host: str = super().get_host()  # type: ignore[misc]
        return host


def json_object(request: HttpRequest) -> dict[str, Any]:
    """What a script of our own pages posts. Raises ValueError, with a sentence, for anything else."""
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueError("The body is no JSON object.")
    return found
