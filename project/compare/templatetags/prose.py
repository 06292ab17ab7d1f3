"""Sentences of the comparison as HTML: what stands in backquotes is code, and the names behind a path are names in it."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
PIECE = re.compile(r"`(?P<file>\w+/[\w/]+\.py)`(?P<names>(?: \w+)+)|`(?P<code>[^`]+)`|(?P<text>[^`]+|`)")


@register.filter
def prose(text: str) -> SafeString:
    """Escapes first: nothing in `text` is HTML."""
    return format_html_join("", "{}", ((_piece(found),) for found in PIECE.finditer(text)))


def _piece(found: re.Match[str]) -> str:
    if found["file"]:
        names = format_html_join(", ", "<code>{}</code>", ((name,) for name in found["names"].split()))
        return format_html("<code>{}</code> ({})", found["file"], names)
    return format_html("<code>{}</code>", found["code"]) if found["code"] else found["text"]
