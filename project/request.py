"""A request that can be made of whatever arrives: Django's raises where nothing is there yet that could answer."""

from typing import Any

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
