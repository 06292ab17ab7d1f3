"""The walkthrough of a profile as a page of Markdown, and the page that has the schemes side by side."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from types import ModuleType

from django.conf import settings

from project.walkthrough.addresses import address
from project.walkthrough.answers import BASE, Answer
from project.walkthrough.voices import VOICES, curl
from schemes import PROFILES, SCHEMES, STOCK
from schemes.story import Chapter, Exchange, card, seven_steps

ORIGIN = "<!-- Made by `manage.py walkthroughs` from the scheme's steps.py. Edits are overwritten, and a test notices. -->"
WARNING = "> **For comparison only.** This profile is a library as it ships, or a baseline. Do not copy it."

TOKENS = ("access", "refresh")
"""Names of tokens that leave the word out."""

Answers = Mapping[str, Answer]


def page(profile: str, answers: Answers, base: str = "", voice: str = "") -> str:
    """All seven steps. Without a `voice`: curl, and the others folded below each step, for a page; with one: for a terminal."""
    base = base or address(profile)
    lines = [*_head(profile, base, voice)]
    for chapter in seven_steps(profile):
        lines += _chapter(chapter, answers, voice)
    text = "\n".join(lines).replace(BASE, base)
    if voice:
        text = re.sub(r"^<.*>\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _head(profile: str, base: str, voice: str) -> Iterator[str]:
    scheme = card(profile)
    lead = VOICES[voice or "curl"]
    others = [module for name, module in VOICES.items() if name != (voice or "curl")]
    yield from (ORIGIN, f"# {scheme.title}, in seven steps", "")
    if profile not in SCHEMES:
        yield from (WARNING, "")
    demo = "`make demo`" if profile in SCHEMES else "`.venv/bin/python manage.py demo --stock`"
    yield from _paragraph(
        f"You need the demo ({demo}) and {lead.NEEDS}; ten minutes. Paste one block after the other: every line works as",
        "printed, and is run on every change of this project. What stands in `<angle brackets>` is another at each run. Real",
        "answers have a dozen headers more, and their JSON in one line.",
    )
    if not voice:
        names = ", ".join(module.NEEDS for module in others)
        yield from _paragraph(
            f"Other voices, folded below each step: {names}. In Postman, Bruno, VS Code or JetBrains:",
            "[the same story to import](../postman/README.md). In your terminal, with your own site's answers, or replayed to",
            "see what differs:",
        )
        yield f"    .venv/bin/python manage.py walkthrough {profile} --base {base}"
        yield f"    .venv/bin/python manage.py walkthrough {profile} --check"
        yield ""
    yield from _paragraph(f"A request carries `{scheme.authorization}`.", _lifetimes(profile))
    yield f"Where the site answers: your demo printed it beside `{profile}`, and each answer says `x-auth-profile: {profile}`."
    yield from _block(lead.LANGUAGE, lead.setup(base))
    if not voice:
        for module in others:
            yield from (
                f"<details><summary>{module.TITLE}</summary>",
                *_block(module.LANGUAGE, module.setup(base)),
                "</details>",
            )


def _lifetimes(profile: str) -> str:
    """How long what lives, and what to do when it is over."""
    scheme, module = PROFILES[profile]
    lifetimes = card(profile).lifetimes
    if not lifetimes:
        return "Nothing in it ever expires."
    known = vars(import_module(f"schemes.{scheme}.settings")) | vars(import_module(module))
    told = [f"{_words(known.get(name) or getattr(settings, name))} (`{name}`)" for name in lifetimes.values()]
    names = [f"the {what} {'token ' if what in TOKENS else ''}lives".replace("_", " ") for what in lifetimes]
    lives = ", ".join(f"{name} {time}" for name, time in zip(names, told, strict=True))
    renewed = "If it is over while you read, the answer says so: renew it (step 5), or sign in again (step 2)."
    return f"Here {lives}. {renewed if card(profile).refresh else ''}".strip()


def _words(seconds: int) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds % size == 0 and seconds > size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"


def _chapter(chapter: Chapter, answers: Answers, voice: str) -> Iterator[str]:
    lead = VOICES[voice or "curl"]
    told = f"{chapter.what} {chapter.why}"
    yield from (f'<a id="{chapter.id}"></a>', f"## {chapter.id} · {chapter.title}", "", told, "")
    for exchange in chapter.exchanges:
        answer = answers[exchange.id]
        if len(chapter.exchanges) > 1:
            why = "" if exchange.step.why in told else f" {exchange.step.why}"
            yield f'<a id="{exchange.id}"></a>'
            yield f"**{exchange.id} · {exchange.title}.**{why}"
        yield from _block(lead.LANGUAGE, lead.request(exchange.step, answer.page))
        yield from ("Expect:", *_block("http", str(answer).splitlines()))
        if exchange.step.keep:
            first = [f"`{variable}`" for variable in exchange.step.keep if variable.startswith("first_")]
            later = f" ({first[0]} is for step 6)" if first else ""
            yield from (f"Keep what later requests need{later}:", *_block(lead.LANGUAGE, lead.keep(exchange.step)))
            if lead is curl and (with_jq := curl.with_jq(exchange.step)):
                yield from ("or, if you have `jq`:", *_block(lead.LANGUAGE, with_jq))
    if not voice and chapter.exchanges:
        for module in VOICES.values():
            if module is not lead:
                yield from _told_by(module, chapter.exchanges, answers)
    if not voice:
        yield from ("", f"The same step elsewhere: {_elsewhere(chapter)}", "")


def _told_by(module: ModuleType, exchanges: tuple[Exchange, ...], answers: Answers) -> Iterator[str]:
    """Another voice, folded; each request under its id where there are several."""
    yield f"<details><summary>{module.TITLE}</summary>"
    for exchange in exchanges:
        lines = [*module.request(exchange.step, answers[exchange.id].page), *module.keep(exchange.step)]
        yield from (["", exchange.id] if len(exchanges) > 1 else [])
        yield from _block(module.LANGUAGE, lines)
    yield "</details>"


def _elsewhere(chapter: Chapter) -> str:
    profile = chapter.id.rpartition("-")[0]
    others = [name for name in [*SCHEMES, STOCK.get(profile, "")] if name and name != profile]
    links = [f"[{name}]({name}.md#{name}-{chapter.number})" for name in others]
    return " · ".join([*links, f"[side by side](side-by-side.md#step-{chapter.number})"])


def _paragraph(*sentences: str) -> Iterator[str]:
    yield from (*textwrap.wrap(" ".join(sentences), 120, break_long_words=False, break_on_hyphens=False), "")


def _block(language: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"```{language}", *lines, "```", "")


def side_by_side(answers: Answers) -> str:
    """Each step once, the schemes in columns."""
    lines = [ORIGIN, "# The same step, side by side", ""]
    lines.append(
        "What is sent, and after the arrow what comes back: the status, the headers that matter, the words of an error or"
    )
    lines.append(
        "the names of the fields. The names of the schemes lead to the lines to paste; a dash means that a scheme has no such"
    )
    lines.append(f"request. The libraries as they ship: {', '.join(f'[{name}]({name}.md)' for name in STOCK.values())}. Which")
    lines.append("scheme to choose is measured in [the comparison](../comparison.md).")
    for chapters in zip(*(seven_steps(profile) for profile in SCHEMES), strict=True):
        number, title = chapters[0].number, chapters[0].title
        names = [f"[{name}]({name}.md#{name}-{number})" for name in SCHEMES]
        lines += ["", f'<a id="step-{number}"></a>', f"## {number} · {title}", ""]
        whys = [chapter.why if chapter.exchanges else f"{chapter.what} {chapter.why}" for chapter in chapters]
        if len(set(whys)) == 1:
            lines += [whys[0], ""]
            whys = []
        lines += [f"| | {' | '.join(names)} |", f"| --- {'| --- ' * len(names)}|"]
        if whys:
            lines.append(f"| why | {' | '.join(whys)} |")
        for row in _merged(chapters):
            cells = [next((one for one in chapter.exchanges if one.title == row), None) for chapter in chapters]
            lines.append(f"| {row} | {' | '.join(_cell(cell, answers) if cell else '-' for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _merged(chapters: Iterable[Chapter]) -> list[str]:
    """The titles of all, each after the one that it follows in its own story."""
    titles: list[str] = []
    for chapter in chapters:
        place = 0
        for exchange in chapter.exchanges:
            if exchange.title not in titles:
                titles.insert(place, exchange.title)
            place = titles.index(exchange.title) + 1
    return titles


def _cell(exchange: Exchange, answers: Answers) -> str:
    step, answer = exchange.step, answers[exchange.id]
    sent = [f"{step.method} {step.path}", *(f"{name}: {value}" for name, value in step.headers.items())]
    sent += [f"{name}={value}" for name, value in step.body.items()]
    back = [f"→ {answer.status}", *([f"www-authenticate: {answer.challenge}"] if answer.challenge else [])]
    back += [f"set-cookie: {name}" for name in answer.cookies]
    told = _short(answer) if isinstance(answer.body, dict) else ""
    return "<br>".join([*(f"`{text}`" for text in [*sent, *back]), *([told] if told else [])])


def _short(answer: Answer) -> str:
    """An error's words; of anything else the names of its fields."""
    body = answer.body
    words = body.get("detail") or body.get("error_description") or body.get("error")
    if words or answer.status >= 400:
        return str(words or "; ".join(f"{name}: {' '.join(messages)}" for name, messages in body.items()))
    return ", ".join(body)
