"""A curl line, read as curl and the shell read it: what would travel, nothing of it sent."""

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

from schemes.contract import FORM, JSON

LONGEST = 20_000
MULTIPART = "multipart/form-data"
VALUES = {
    "-X": "--request", "-H": "--header", "-d": "--data", "-u": "--user", "-b": "--cookie", "-F": "--form", "-A": "--user-agent",
    "-e": "--referer", "-o": "--output", "-w": "--write-out", "-m": "--max-time", "-c": "--cookie-jar", "-D": "--dump-header",
    "-x": "--proxy", "-T": "--upload-file", "-E": "--cert", "-K": "--config", "-r": "--range", "-U": "--proxy-user",
}  # fmt: skip
"""Short options that take a value -> the long ones."""
LONG = {
    *VALUES.values(), "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json", "--form-string", "--url",
    "--connect-timeout", "--interface", "--max-redirs",
    "--oauth2-bearer", "--resolve", "--cacert", "--key", "--retry", "--url-query",
}  # fmt: skip
SWITCHES = {"-G": "--get", "-I": "--head", "-k": "--insecure", "-L": "--location"}
TYPOGRAPHIC = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "--", "\u00a0": " "}
_LINE = re.compile(r"(?:^|[\s(`])(curl(?:\.exe)?)(?=\s)")
_CONTINUED = re.compile(r"[\\^`][ \t]*\r?\n")


class CannotRead(Exception):
    """The message says why this is no curl line."""


@dataclass
class Line:
    """What curl would send. `raw` is the text as it was pasted, from the word curl on."""

    raw: str
    program: str = "curl"
    url: str = ""
    request: str = ""
    """The method, where it was said."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    user: str = ""
    as_json: bool = False
    as_form: bool = False
    switches: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    """Files that curl would read, and this site can't."""
    rest: str = ""
    """What follows a character at which the shell ends the command."""

    @property
    def method(self) -> str:
        if self.request:
            return self.request
        if "--head" in self.switches:
            return "HEAD"
        return "POST" if (self.data or self.as_form) and "--get" not in self.switches else "GET"

    @property
    def body(self) -> str:
        return "" if "--get" in self.switches else "&".join(self.data)

    @property
    def address(self) -> str:
        return self.url if "://" in self.url else f"http://{self.url}"

    @property
    def path(self) -> str:
        return urlsplit(self.address).path or "/"

    @property
    def query(self) -> list[tuple[str, str]]:
        more = "&".join(self.data) if "--get" in self.switches else ""
        return parse_qsl(f"{urlsplit(self.address).query}&{more}", keep_blank_values=True)

    @property
    def content_type(self) -> str:
        """What the answer to `Content-Type` is: said, or what curl adds by itself."""
        said = self.header("Content-Type")
        if said is not None:
            return said
        if self.as_json:
            return JSON
        if self.as_form:
            return f"{MULTIPART}; boundary=…"
        return FORM if self.body else ""

    def header(self, name: str) -> str | None:
        return next((value for own, value in self.headers if own.lower() == name.lower()), None)

    def all_headers(self, name: str) -> list[str]:
        return [value for own, value in self.headers if own.lower() == name.lower()]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Every header of weight, with what -u becomes."""
        found = list(self.headers)
        if self.user and self.header("Authorization") is None:
            found.append(("Authorization", f"Basic {b64encode(self.user.encode()).decode()}"))
        if self.content_type and self.header("Content-Type") is None:
            found.append(("Content-Type", self.content_type))
        return found

    @property
    def fields(self) -> dict[str, str]:
        """The body, as whoever wrote it meant it: JSON if it looks like it, else a form."""
        if self.body.lstrip().startswith("{"):
            try:
                found = json.loads(self.body)
            except (ValueError, RecursionError):
                return {}
            return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
        return dict(parse_qsl(self.body, keep_blank_values=True))


def read(text: str) -> Line:
    """Raises CannotRead."""
    if len(text) > LONGEST:
        raise CannotRead("That is too long for a line.")
    if "\0" in text or (not text.isprintable() and any(0xD800 <= ord(letter) < 0xE000 for letter in text)):
        raise CannotRead("There are characters in it that no shell passes on.")
    found = _LINE.search(text)
    if not found:
        raise CannotRead("There is no curl in it. Paste the line as you typed it, beginning with curl.")
    raw = text[found.start(1) :].strip()
    if text[: found.start(1)].rstrip().endswith(("$(", "`")):  # X=$(curl …)
        raw = raw[: raw.rfind(")")] if ")" in raw else raw.rstrip("`")
    line = Line(raw, found[1])
    words = _words(plain(raw), line)
    _options(iter(words[1:]), line)
    if not line.url:
        raise CannotRead("There is no address in it.")
    try:
        urlsplit(line.address).port  # noqa: B018
    except ValueError as error:
        raise CannotRead(f"The address can't be read: {error}.") from error
    return line


def plain(text: str) -> str:
    """As a shell needs it: continued lines joined, and quotes that a word processor made curly made straight."""
    text = _CONTINUED.sub(" ", text)
    for typographic, typed in TYPOGRAPHIC.items():
        text = text.replace(typographic, typed)
    return text


def _words(text: str, line: Line) -> list[str]:
    """The words of one command; what comes after `|`, `;` or `&` is another."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";|&<>\n")
    lexer.whitespace_split = True
    lexer.whitespace = " \t\r"
    lexer.commenters = ""
    words: list[str] = []
    try:
        for word in lexer:
            if word and set(word) <= set(";|&<>\n"):
                line.rest = word.strip() + " ".join(lexer)[:200]
                break
            words.append(word)
    except ValueError as error:
        raise CannotRead(f"A quote is opened and not closed ({error}).") from error
    return words


def _options(words: Iterator[str], line: Line) -> None:
    for word in words:
        if word.startswith("--"):
            name, value = word, next(words, "") if word in LONG else ""
        elif word.startswith("-") and len(word) > 1:
            name, value = _short(word, words, line)
        else:
            line.url = line.url or word
            continue
        _option(name, value, line)


def _short(word: str, words: Iterator[str], line: Line) -> tuple[str, str]:
    """Short options can stand together, the value of the last one after it or in the next word: `-sXPOST`."""
    letters = word[1:]
    for place, letter in enumerate(letters):
        name = VALUES.get(f"-{letter}")
        if name:
            return name, letters[place + 1 :] or next(words, "")
        line.switches.add(SWITCHES.get(f"-{letter}", f"-{letter}"))
    return "", ""


def _option(name: str, value: str, line: Line) -> None:
    if name == "--request":
        line.request = value
    elif name == "--header":
        own, colon, said = value.partition(":")
        line.headers.append((own.strip() if colon else value.rstrip(";"), said.strip()))
    elif name in ("--data", "--data-raw", "--data-binary", "--data-ascii", "--json"):
        line.as_json |= name == "--json"
        if value.startswith("@") and name != "--data-raw":
            line.unread.append(value[1:])
        else:
            line.data.append(value)
    elif name == "--data-urlencode":
        own, equals, said = value.partition("=")
        line.data.append(f"{own}={quote(said, safe='')}" if equals else quote(value, safe=""))
    elif name in ("--form", "--form-string"):
        line.as_form = True
        line.data.append(value)
    elif name == "--user":
        line.user = value
    elif name == "--oauth2-bearer":
        line.headers.append(("Authorization", f"Bearer {value}"))
    elif name == "--cookie":
        if "=" in value:
            line.headers.append(("Cookie", value))
        else:
            line.unread.append(value)
    elif name == "--user-agent":
        line.headers.append(("User-Agent", value))
    elif name == "--url":
        line.url = line.url or value
    elif name and name not in LONG:
        line.switches.add(name)


def written(
    line: Line,
    *,
    url: str = "",
    method: str = "",
    headers: list[tuple[str, str]] | None = None,
    data: list[str] | None = None,
) -> str:
    """The line once more, with something changed. `-u` is gone where an Authorization header is said."""
    headers = line.headers if headers is None else headers
    data = line.data if data is None else data
    wanted = method or line.method
    words = [line.program, "-i"]
    if wanted != ("POST" if data else "GET"):
        words += ["-X", wanted]
    words.append(url or line.address)
    for name, value in headers:
        words += ["-H", f"{name}: {value}"]
    if line.user and not any(name.lower() == "authorization" for name, _ in headers):
        words += ["-u", line.user]
    for piece in data:
        words += ["-d", piece]
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """In double quotes where the shell is to fill in a variable."""
    if "$" in word and "'" not in word and '"' not in word:
        return f'"{word}"'
    return shlex.quote(word)
