"""Python in colours, by Pygments: classes in the page, what they look like in `static/compare-code.css`."""

from pathlib import Path

import pygments
from django.utils.safestring import SafeString, mark_safe
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String, Token

COLOURED = (Keyword, String, Comment, Number, Name.Function, Name.Class, Name.Decorator)
"""The kinds of words that get a colour; more of them would make the page heavy and gaudy."""
STYLES = {"light": "xcode", "dark": "native"}
"""Of Pygments, those that are readable on a tinted ground (WCAG 2.2, 1.4.3)."""


def lines(path: Path) -> list[SafeString]:
    """A file as lines of HTML, in which everything that stands in the file is escaped."""
    text = path.read_text(encoding="utf-8")
    tokens = (
        (next((kind for kind in COLOURED if found in kind), Token.Text), word) for found, word in PythonLexer().get_tokens(text)
    )
    shown: str = pygments.format(tokens, HtmlFormatter(nowrap=True))
    return [mark_safe(line) for line in shown.rstrip("\n").split("\n")]  # noqa: S308


def stylesheet() -> str:
    """The colours; a test looks whether the file that is served has these."""
    light, dark = (_rules(style) for style in STYLES.values())
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _rules(style: str) -> str:
    formatter = HtmlFormatter(style=style)
    classes = [formatter._get_css_class(kind) for kind in COLOURED]
    made = formatter.get_style_defs(".code").splitlines()
    return "\n".join(line for name in classes for line in made if line.startswith(f".code .{name} "))
