"""The walkthrough of a profile as a page of Markdown, and the page that has the schemes side by side."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType

from project.walkthrough.addresses import address
from project.walkthrough.answers import BASE, Answer
from project.walkthrough.voices import VOICES, curl
from schemes import SCHEMES, STOCK
from schemes.contract import Scheme
from schemes.story import Chapter, Exchange, card, seven_steps

ORIGIN = "<!-- Made by `manage.py walkthroughs` from the scheme's steps.py. Edits are overwritten, and a test notices. -->"
WARNING = "> **For comparison only.** This profile is a library as it ships, or a baseline. Do not copy it."

Answers = Mapping[str, Answer]


def page(profile: str, answers: Answers, base: str = "", voice: str = "") -> str:
    """All seven steps. Without a `voice`: curl, and the others folded below each step."""
    base = base or address(profile)
    lines = [*_head(profile, base, voice)]
    for chapter in seven_steps(profile):
        lines += _chapter(chapter, answers, base, voice)
    return _tidy("\n".join(lines).replace(BASE, base))


def _head(profile: str, base: str, voice: str) -> Iterator[str]:
    scheme = card(profile)
    lead = VOICES[voice or "curl"]
    others = [module for name, module in VOICES.items() if name != (voice or "curl")]
    yield from (ORIGIN, f"# {scheme.title}, in seven steps", "")
    if profile not in SCHEMES:
        yield from (WARNING, "")
    there = "" if profile in SCHEMES else "; this profile is there with `manage.py demo --stock`"
    yield f"You need the demo (`make demo`{there}) and {lead.TITLE}; ten minutes. Paste one block after the other: every line"
    yield "works as printed, and is run on every change of this project. What stands in `<angle brackets>` is another at each"
    yield "run; headers that do not matter here are left out of the answers, and long JSON is broken into lines."
    yield ""
    if not voice:
        names = ", ".join(module.TITLE for module in others)
        yield f"Other voices, folded below each step: {names}. In Postman, Bruno, VS Code or JetBrains: [the"
        yield "same story to import](../postman/README.md). On your own machine `manage.py walkthrough"
        yield f"{profile}` prints this page with your address, and `--check` replays it and shows what differs."
        yield ""
    yield f"A request carries `{scheme.authorization}`. {_lifetimes(scheme)}"
    yield ""
    yield "Where the site answers, once:"
    yield from _block(lead.LANGUAGE, lead.setup(base))
    if not voice:
        for module in others:
            yield from _folded(module.TITLE, module.LANGUAGE, module.setup(base))


def _lifetimes(scheme: Scheme) -> str:
    if not scheme.lifetimes:
        return "Nothing in it ever expires."
    return f"How long it lives is set by {' and '.join(f'`{name}`' for name in scheme.lifetimes.values())}, in seconds."


def _chapter(chapter: Chapter, answers: Answers, base: str, voice: str) -> Iterator[str]:
    lead = VOICES[voice or "curl"]
    yield from (f'<a id="{chapter.id}"></a>', f"## {chapter.id} · {chapter.title}", "", f"{chapter.what} {chapter.why}", "")
    for exchange in chapter.exchanges:
        answer = answers[exchange.id]
        if len(chapter.exchanges) > 1:
            yield f'<a id="{exchange.id}"></a>'
            yield f"**{exchange.id} · {exchange.title}.** {exchange.step.why}".rstrip()
        yield from _block(lead.LANGUAGE, lead.request(exchange.step, answer.page))
        yield from ("Expect:", *_block("http", str(answer).splitlines()))
        if exchange.step.keep:
            yield from ("Keep what later requests need:", *_block(lead.LANGUAGE, lead.keep(exchange.step)))
            if lead is curl and (with_jq := curl.with_jq(exchange.step)):
                yield from ("or, with `jq`:", *_block(lead.LANGUAGE, with_jq))
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


def _block(language: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"```{language}", *lines, "```", "")


def _folded(title: str, language: str, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"<details><summary>{title}</summary>", *_block(language, lines), "</details>")


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def side_by_side(answers: Answers) -> str:
    """Each step once, the schemes in columns."""
    stories = {profile: seven_steps(profile) for profile in SCHEMES}
    lines = [ORIGIN, "# The same step, side by side", ""]
    lines.append(
        "What is sent, and what comes back. The names lead to the lines to paste. The libraries as they ship have pages of"
    )
    lines.append(f"their own: {', '.join(f'[{name}]({name}.md)' for name in STOCK.values())}.")
    for chapters in zip(*stories.values(), strict=True):
        number, title = chapters[0].number, chapters[0].title
        names = [f"[{name}]({name}.md#{name}-{number})" for name in SCHEMES]
        lines += ["", f'<a id="step-{number}"></a>', f"## {number} · {title}", ""]
        lines += [f"| | {' | '.join(names)} |", f"| --- {'| --- ' * len(names)}|"]
        lines.append(f"| why | {' | '.join(_once(chapter.why for chapter in chapters))} |")
        for row in dict.fromkeys(exchange.title for chapter in chapters for exchange in chapter.exchanges):
            cells = [next((one for one in chapter.exchanges if one.title == row), None) for chapter in chapters]
            shown = [_cell(cell, answers) if cell else "" for cell in cells]
            lines.append(f"| {row} | {' | '.join(shown)} |")
    return "\n".join(lines) + "\n"


def _once(texts: Iterable[str]) -> Iterator[str]:
    """A text that was there before is not told again."""
    told: set[str] = set()
    for text in texts:
        yield "" if text in told else text
        told.add(text)


def _cell(exchange: Exchange, answers: Answers) -> str:
    step, answer = exchange.step, answers[exchange.id]
    sent = [f"{step.method} {step.path}", *(f"{name}: {value}" for name, value in step.headers.items())]
    if step.body:
        sent.append("&".join(f"{name}={value}" for name, value in step.body.items()))
    back = [str(answer.status), answer.challenge]
    if isinstance(answer.body, dict):
        back.append(_short(answer.body))
    return "<br>".join(f"`{text}`" for text in [*sent, f"→ {' '.join(part for part in back if part)}"])


def _short(body: Mapping[str, object]) -> str:
    """An error's words; of anything else the names of its fields."""
    words = body.get("detail") or body.get("error_description") or body.get("error")
    return str(words) if words else "{" + ", ".join(body) + "}"
