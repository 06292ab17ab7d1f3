"""The faces of a comparison: a terminal's table, JSON, Markdown, HTML, a picture; and the check of one against another."""

from collections.abc import Callable

from project.compare.report import charts, document, html, markdown
from project.compare.report.order import tidy
from project.compare.results import Comparison

FORMATS: dict[str, Callable[[Comparison], str]] = {
    "json": lambda comparison: document.dumps(tidy(comparison)),
    "markdown": markdown.render,
    "html": html.render,
    "svg": charts.picture,
}
"""How `compare` writes a file. The table is not one of them: it is shown by `terminal.show`, in the width of a terminal."""
