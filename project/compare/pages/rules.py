"""What each answer means for a scheme, by the rows of a run: no figure stands here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from project.compare.results import Cell, Verdict

OUT, FOR, AGAINST = "out", "for", "against"
LIMITS = {"now": 0.0, "hour": 3600.0, "expiry": inf}
NO_TIME = "0.0 s"
MOST = {"none": 0.0, "one": 1.0, "any": inf}


@dataclass(frozen=True)
class Sentence:
    """Something measured that speaks for a scheme, against it, or rules it out; `figure` is the run's own."""

    kind: str
    text: str
    row: str
    profile: str
    figure: str

    @property
    def shown(self) -> str:
        """The figure as it is read in a sentence."""
        return "at once" if self.figure == NO_TIME else self.figure


Ask = Callable[[str], Cell | None]


def sentences(answers: Mapping[str, str], ask: Ask) -> Iterator[Sentence]:
    for question, said in ((_caller, "caller"), (_dead, "dead"), (_offline, "offline"), (_third, "third"), (_cookie, "cookie")):
        if said in answers:
            yield from question(answers[said], ask)
    if "lookups" in answers:
        yield from _lookups(answers["lookups"], ask)
    if "code" in answers:
        yield from _code(answers["code"], ask)


def _caller(said: str, ask: Ask) -> Iterator[Sentence]:
    if not (adds := ask("wire-adds")):
        return
    by_browser = adds.text == "the browser"
    if said == "browser":
        if by_browser:
            yield sentence(FOR, "No script of a page holds the credential: it is added by", adds)
        else:
            yield sentence(
                AGAINST,
                "A script of the page has to keep the credential, where another script may find it. It is added by",
                adds,
            )
        return
    if cell := ask("wire-first-answer"):
        yield sentence(AGAINST if by_browser else FOR, "Requests until the first answer with data:", cell)
    if by_browser:
        yield sentence(AGAINST, "A program has to do what a browser does by itself. The credential is added by", adds)
    if said == "others" and (cell := ask("P39")):
        if _applies(cell):
            yield sentence(FOR, "A program gets a scope, and doing more than it allows is", cell)
        else:
            yield sentence(
                AGAINST,
                "There are no scopes: whoever holds the credential may do all that its owner may. The attack on them:",
                cell,
            )


def _dead(said: str, ask: Ask) -> Iterator[Sentence]:
    events = {
        "time-logout": "After a logout a copy is dead in",
        "time-password": "After a new password a copy is dead in",
        "time-deactivated": "After a ban a copy is dead in",
    }
    for row, text in events.items():
        if cell := ask(row):
            seconds = cell.value if isinstance(cell.value, int | float) else inf
            kind = OUT if seconds > LIMITS[said] else FOR if seconds == 0 else AGAINST
            yield sentence(
                kind, text if 0 < seconds < inf else text.replace("dead in", "dead" if seconds == 0 else "dead:"), cell
            )
    if said == "expiry" and (cell := ask("time-absolute")):
        yield sentence(AGAINST if cell.text == "never" else FOR, "Whatever happens, it ends after the sign-in in", cell)


def _offline(said: str, ask: Ask) -> Iterator[Sentence]:
    cell = ask("time-offline")
    if said == "yes" and cell:
        if isinstance(cell.value, int | float):
            yield sentence(FOR, "Another service checks it by published keys; after a logout it accepts a copy for", cell)
        else:
            yield sentence(OUT, "Another service", cell)


def _third(said: str, ask: Ask) -> Iterator[Sentence]:
    cell = ask("P36")
    if not cell:
        return
    if said == "yes":
        if _applies(cell):
            yield sentence(FOR, "People allow an application, and sending its code to another address is", cell)
        else:
            yield sentence(OUT, "There is no way for a person to allow an application; the attack on it has no meaning:", cell)
    elif _applies(cell) and (cost := ask("server-queries-refresh")):
        yield sentence(AGAINST, "You pay for what third parties would need. SQL queries of a refresh:", cost)


def _cookie(said: str, ask: Ask) -> Iterator[Sentence]:
    adds, carrier = ask("wire-adds"), ask("wire-carrier")
    if not adds or not carrier or adds.text != "the browser":
        return
    if said == "no":
        yield sentence(OUT, "It needs a cookie:", carrier)
        return
    if cell := ask("P44"):
        yield sentence(FOR, "Requests that a foreign page makes with the cookie are", cell)
    if cell := ask("wire-write-bytes"):
        yield sentence(AGAINST, "The CSRF token goes along: bytes added to a request that changes something:", cell)


def _lookups(said: str, ask: Ask) -> Iterator[Sentence]:
    cell = ask("server-queries-authenticate")
    if cell and isinstance(cell.value, int | float):
        yield sentence(OUT if cell.value > MOST[said] else FOR, "SQL queries to know who asks:", cell)


def _code(said: str, ask: Ask) -> Iterator[Sentence]:
    if said == "well":
        if cell := ask("code-room"):
            yield sentence(AGAINST, "Its room is code to keep. Lines:", cell)
        return
    told = {
        "P08": "Guessing a password, as it ships:",
        "P18": "A copy used after the logout, as it ships:",
        "P20": "A copy used after a new password, as it ships:",
        "P24": "A refresh token used twice, as it ships:",
        "P49": "Secrets at rest and in logs, as it ships:",
    }
    for row, text in told.items():
        cell = ask(row)
        if cell and cell.verdict in (Verdict.WORKS, Verdict.PARTLY):
            yield sentence(AGAINST, text, cell)
    if cell := ask("code-settings"):
        yield sentence(FOR, "Lines of settings are all it takes:", cell)


def _applies(cell: Cell) -> bool:
    return cell.verdict is not Verdict.NOT_APPLICABLE


def sentence(kind: str, text: str, cell: Cell) -> Sentence:
    return Sentence(kind, text, cell.row, cell.profile, cell.text)
