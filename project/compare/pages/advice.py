"""What seven answers mean for each scheme, by the rows of a run: no figure stands here, and nothing is added up."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import inf

from project.compare.results import Cell, Comparison, Verdict
from schemes import SCHEMES, STOCK
from schemes.story import card

Answers = Mapping[str, str]

OUT, FOR, AGAINST = "out", "for", "against"


@dataclass(frozen=True)
class Question:
    """One of the seven; its answers are words of the address."""

    id: str
    text: str
    options: Mapping[str, str]


QUESTIONS = (
    Question(
        "caller",
        "Who calls your API?",
        {"browser": "my own pages, in a browser", "app": "an app or a script of mine", "others": "programs of other companies"},
    ),
    Question(
        "dead",
        "When must a copied credential be dead, after a logout, a new password, a ban?",
        {"now": "at the very next request", "hour": "within the hour", "expiry": "when it expires"},
    ),
    Question("offline", "Do other services check it without asking you?", {"yes": "yes", "no": "no"}),
    Question("third", "Do people let third parties act for them?", {"yes": "yes", "no": "no"}),
    Question("cookie", "Can whoever calls handle a cookie and a CSRF token?", {"yes": "yes", "no": "no"}),
    Question(
        "lookups",
        "How many SQL queries may it cost to know who asks?",
        {"none": "none", "one": "one", "any": "that is no matter"},
    ),
    Question(
        "code",
        "Who writes the code around the library?",
        {"ships": "nobody: the library as it ships", "well": "we do, or copy a room of this project"},
    ),
)
LIMITS = {"now": 0.0, "hour": 3600.0, "expiry": inf}
MOST = {"none": 0.0, "one": 1.0, "any": inf}


@dataclass(frozen=True)
class Sentence:
    """Something measured that speaks for a scheme, against it, or rules it out; `figure` is the run's own."""

    kind: str
    text: str
    row: str
    profile: str
    figure: str


@dataclass
class Candidate:
    """A scheme, and what the answers have to do with it."""

    scheme: str
    profile: str
    title: str
    sentences: list[Sentence] = field(default_factory=list)

    @property
    def left(self) -> bool:
        return not self.ruled_out

    @property
    def ruled_out(self) -> list[Sentence]:
        return [sentence for sentence in self.sentences if sentence.kind == OUT]

    @property
    def speaks_for(self) -> list[Sentence]:
        return [sentence for sentence in self.sentences if sentence.kind == FOR]

    @property
    def speaks_against(self) -> list[Sentence]:
        return [sentence for sentence in self.sentences if sentence.kind == AGAINST]


def candidates(answers: Answers, comparison: Comparison) -> list[Candidate]:
    """Every scheme of the run, with what there is to say. A row that the run lacks says nothing."""
    found = []
    for scheme in SCHEMES:
        profile = STOCK[scheme] if answers.get("code") == "ships" else scheme
        if any(one.name == profile and not one.failed for one in comparison.profiles):
            candidate = Candidate(scheme, profile, card(profile).title)
            candidate.sentences = list(_sentences(answers, lambda row, name=profile: comparison.cell(row, name)))  # type: ignore[misc]
            found.append(candidate)
    return found


def contradictions(answers: Answers, comparison: Comparison) -> list[Sentence]:
    """Answers that do not go together, whichever scheme it is."""
    found = []
    if answers.get("offline") == "yes" and answers.get("dead") == "now" and (cell := comparison.cell("time-offline", "jwt")):
        text = "Dead at once, checked without asking: a service that does not ask hears of no logout. There a copy lives on for"
        found.append(_sentence(AGAINST, text, cell))
    if (
        answers.get("lookups") == "none"
        and answers.get("dead") == "now"
        and (cell := _at("server-queries-authenticate", comparison))
    ):
        text = "Dead at once, and without a query: what is known of a logout stands in a database. The fewest queries are"
        found.append(_sentence(AGAINST, text, cell))
    if (
        answers.get("cookie") == "yes"
        and answers.get("caller") == "others"
        and (cell := comparison.cell("wire-adds", "session"))
    ):
        text = "Programs of other companies are no browser, and in a browser alone a cookie needs no code: it is added by"
        found.append(_sentence(AGAINST, text, cell))
    if answers.get("cookie") == "no" and answers.get("caller") == "browser" and (cell := comparison.cell("wire-adds", "token")):
        text = "Your own pages can handle a cookie. Without one a script of the page keeps the credential, for it is added by"
        found.append(_sentence(AGAINST, text, cell))
    return found


def ways_out(answers: Answers, comparison: Comparison) -> list[tuple[list[Question], list[str]]]:
    """Where nothing is left: the fewest answers without which something would be, and what."""
    given = [question for question in QUESTIONS if question.id in answers]
    for count in range(1, len(given) + 1):
        found = []
        for dropped in combinations(given, count):
            kept = {question.id: answers[question.id] for question in given if question not in dropped}
            if left := [candidate.title for candidate in candidates(kept, comparison) if candidate.left]:
                found.append((list(dropped), left))
        if found:
            return found
    return []


Ask = Callable[[str], Cell | None]


def _sentences(answers: Answers, ask: Ask) -> Iterator[Sentence]:
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
            yield _sentence(FOR, "No script of a page holds the credential: it is added by", adds)
        else:
            yield _sentence(
                AGAINST,
                "A script of the page has to keep the credential, where another script may find it. It is added by",
                adds,
            )
        return
    if cell := ask("wire-first-answer"):
        yield _sentence(AGAINST if by_browser else FOR, "Requests until the first answer with data:", cell)
    if by_browser:
        yield _sentence(AGAINST, "A program has to do what a browser does by itself. The credential is added by", adds)
    if said == "others" and (cell := ask("P39")):
        if _applies(cell):
            yield _sentence(FOR, "A program gets a scope, and doing more than it allows is", cell)
        else:
            yield _sentence(
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
            yield _sentence(kind, text if seconds < inf else text.replace("dead in", "dead:"), cell)
    if said == "expiry" and (cell := ask("time-absolute")):
        yield _sentence(AGAINST if cell.text == "never" else FOR, "Whatever happens, it ends after the sign-in in", cell)


def _offline(said: str, ask: Ask) -> Iterator[Sentence]:
    cell = ask("time-offline")
    if said == "yes" and cell:
        if isinstance(cell.value, int | float):
            yield _sentence(FOR, "Another service checks it by published keys; after a logout it accepts a copy for", cell)
        else:
            yield _sentence(OUT, "Another service", cell)


def _third(said: str, ask: Ask) -> Iterator[Sentence]:
    cell = ask("P36")
    if not cell:
        return
    if said == "yes":
        if _applies(cell):
            yield _sentence(FOR, "People allow an application, and sending its code to another address is", cell)
        else:
            yield _sentence(OUT, "There is no way for a person to allow an application; the attack on it has no meaning:", cell)
    elif _applies(cell) and (cost := ask("server-queries-refresh")):
        yield _sentence(AGAINST, "You pay for what third parties would need. SQL queries of a refresh:", cost)


def _cookie(said: str, ask: Ask) -> Iterator[Sentence]:
    adds, carrier = ask("wire-adds"), ask("wire-carrier")
    if not adds or not carrier or adds.text != "the browser":
        return
    if said == "no":
        yield _sentence(OUT, "It needs a cookie:", carrier)
        return
    if cell := ask("P44"):
        yield _sentence(FOR, "Requests that a foreign page makes with the cookie are", cell)
    if cell := ask("wire-write-bytes"):
        yield _sentence(AGAINST, "The CSRF token goes along: bytes added to a request that changes something:", cell)


def _lookups(said: str, ask: Ask) -> Iterator[Sentence]:
    cell = ask("server-queries-authenticate")
    if cell and isinstance(cell.value, int | float):
        yield _sentence(OUT if cell.value > MOST[said] else FOR, "SQL queries to know who asks:", cell)


def _code(said: str, ask: Ask) -> Iterator[Sentence]:
    if said == "well":
        if cell := ask("code-room"):
            yield _sentence(AGAINST, "Its room is code to keep. Lines:", cell)
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
            yield _sentence(AGAINST, text, cell)
    if cell := ask("code-settings"):
        yield _sentence(FOR, "Lines of settings are all it takes:", cell)


def _at(row: str, comparison: Comparison) -> Cell | None:
    """The answer of a scheme used well that is the smallest."""
    cells = [cell for scheme in SCHEMES if (cell := comparison.cell(row, scheme)) and isinstance(cell.value, int | float)]
    return min(cells, key=lambda cell: float(cell.value or 0), default=None)


def _applies(cell: Cell) -> bool:
    return cell.verdict is not Verdict.NOT_APPLICABLE


def _sentence(kind: str, text: str, cell: Cell) -> Sentence:
    return Sentence(kind, text, cell.row, cell.profile, cell.text)
