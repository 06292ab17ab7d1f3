"""In code: what a profile adds to a project, counted in its room."""

import ast
import importlib.metadata
import io
import tokenize
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path

from project.compare.laboratory import Subject
from project.compare.results import Cell, Row
from schemes import PROFILES

OURS = {"project", "schemes", "polls"}
EVERYWHERE = {"Django", "djangorestframework", "drf-spectacular"}
"""Packages that every profile has."""
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}
ROWS = (
    Row(
        "code-settings",
        "code",
        "Settings lines that the profile adds",
        "lines",
        "Lines of the assignments in its module of settings: no comments, imports or blank lines.",
        "What you have to know of the scheme to switch it on.",
    ),
    Row(
        "code-room",
        "code",
        "Lines of its room",
        "lines",
        "Lines with code in its folder, migrations and stock twin aside; of a stock profile its `stock.py` without the card.",
        "What you would own if you took it home.",
    ),
    Row(
        "code-packages",
        "code",
        "Packages that its code names",
        "words",
        "What its modules import or name in a string, those aside that every profile has. They bring others.",
        "Each is somebody's work that you depend on, and must keep up to date.",
        "ASVS 15.2.1",
    ),
    Row(
        "code-tables",
        "code",
        "Tables it needs",
        "words",
        "Seen in the database: the tables that a sign-in adds rows to.",
        "What your database grows by, and what a backup of it holds.",
    ),
)


def measure(site: Subject) -> Iterator[Cell]:
    scheme, module = PROFILES[site.profile]
    settings = _path(module)
    room = settings.parent
    stock = settings.stem == "stock"
    files = [settings] if stock else sorted(path for path in room.glob("*.py") if path.stem != "stock")
    added = len(_lines(settings.read_text(), lambda node: isinstance(node, ast.Assign)))
    yield Cell("code-settings", site.profile, added, str(added), f"schemes/{scheme}/{settings.name}")
    total = sum(len(_lines(path.read_text(), lambda node: getattr(node, "name", "") != "card")) for path in files)
    yield Cell("code-room", site.profile, total, str(total), ", ".join(path.name for path in files))
    packages = sorted({package for path in files for package in _packages(path)} - EVERYWHERE)
    named = ", ".join(packages) or "none"
    yield Cell("code-packages", site.profile, named, named)
    tables = ", ".join(_tables(site)) or "none"
    yield Cell("code-tables", site.profile, tables, tables)


def _lines(source: str, counts: Callable[[ast.stmt], bool]) -> set[int]:
    """The lines of a module that have code on them, of the statements that count; docstrings are not code."""
    tree = ast.parse(source)
    wanted = {number for node in tree.body if counts(node) for number in _span(node)}
    told = {number for node in ast.walk(tree) if _is_docstring(node) for number in _span(node)}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = {number for token in tokens if token.type not in NO_CODE for number in range(token.start[0], token.end[0] + 1)}
    return (code & wanted) - told


def _span(node: ast.AST) -> range:
    return range(node.lineno, node.end_lineno + 1)  # type: ignore[attr-defined]


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _path(module: str) -> Path:
    spec = util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin)


def _packages(path: Path) -> Iterator[str]:
    """The distributions whose modules a file imports, or names in a dotted string."""
    known = importlib.metadata.packages_distributions()
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_module(node.value):
            names.add(node.value)
    for name in {name.partition(".")[0] for name in names} - OURS:
        yield from known.get(name, [])


def _is_module(text: str) -> bool:
    """Whether a string names something in a module, as settings do: `package.module.Class`."""
    head, dot, _ = text.partition(".")
    return bool(dot) and text.replace(".", "").isidentifier() and head in importlib.metadata.packages_distributions()


def _tables(site: Subject) -> list[str]:
    """Seen in the database, not read in the code: which tables one sign-in grew."""
    before = site.rows()
    site.newcomer()
    return sorted(name for name, rows in site.rows().items() if rows != before[name] and not name.startswith("sqlite"))
