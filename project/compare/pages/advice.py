"""What seven answers mean for each scheme, by the rows of a run: no figure stands here, and nothing is added up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from project.compare.pages.questions import QUESTIONS, Question
from project.compare.pages.rules import AGAINST, FOR, OUT, Sentence, sentence, sentences
from project.compare.results import Cell, Comparison
from schemes import SCHEMES, STOCK

Answers = Mapping[str, str]


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
    profiles = {profile.name: profile for profile in comparison.profiles if not profile.failed}
    found = []
    for scheme in SCHEMES:
        name = STOCK[scheme] if answers.get("code") == "ships" else scheme
        if name in profiles:
            told = list(sentences(answers, partial(_cell, comparison, name)))
            found.append(Candidate(scheme, name, profiles[name].title, told))
    return found


def contradictions(answers: Answers, comparison: Comparison) -> list[Sentence]:
    """Answers that do not go together, whichever scheme it is."""
    found = []
    if answers.get("offline") == "yes" and answers.get("dead") == "now" and (cell := comparison.cell("time-offline", "jwt")):
        text = "Dead at once, checked without asking: a service that does not ask hears of no logout. There a copy lives on for"
        found.append(sentence(AGAINST, text, cell))
    if (
        answers.get("lookups") == "none"
        and answers.get("dead") == "now"
        and (cell := _at("server-queries-authenticate", comparison))
    ):
        text = "Dead at once, and without a query: what is known of a logout stands in a database. The fewest queries are"
        found.append(sentence(AGAINST, text, cell))
    if (
        answers.get("cookie") == "yes"
        and answers.get("caller") == "others"
        and (cell := comparison.cell("wire-adds", "session"))
    ):
        text = "Programs of other companies are no browser, and in a browser alone a cookie needs no code: it is added by"
        found.append(sentence(AGAINST, text, cell))
    if answers.get("cookie") == "no" and answers.get("caller") == "browser" and (cell := comparison.cell("wire-adds", "token")):
        text = "Your own pages can handle a cookie. Without one a script of the page keeps the credential, for it is added by"
        found.append(sentence(AGAINST, text, cell))
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


def tips(answers: Answers, comparison: Comparison) -> list[tuple[int, str]]:
    """Where nothing is ruled out: other answers that would, each alone: the question's number, the answer's words."""
    return [
        (number, words)
        for number, question in enumerate(QUESTIONS, 1)
        for value, words in question.options.items()
        if not all(one.left for one in candidates({**answers, question.id: value}, comparison))
    ]


def _at(row: str, comparison: Comparison) -> Cell | None:
    """The answer of a scheme used well that is the smallest."""
    cells = [cell for scheme in SCHEMES if (cell := comparison.cell(row, scheme)) and isinstance(cell.value, int | float)]
    return min(cells, key=lambda cell: float(cell.value or 0), default=None)


def _cell(comparison: Comparison, profile: str, row: str) -> Cell | None:
    return comparison.cell(row, profile)
