"""Which one for me? Seven questions; the answers stand in the address, and every sentence of what follows leads to its row."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from project.compare.pages import runs
from project.compare.pages.advice import candidates, contradictions, tips, ways_out
from project.compare.pages.comparison import missing
from project.compare.pages.frame import one_of, page
from project.compare.pages.questions import QUESTIONS
from project.compare.pages.rules import Sentence


@page
def which(request: HttpRequest) -> HttpResponse:
    run = runs.asked(request)
    if run.comparison is None:
        return missing(request, run)
    said = {question.id: one_of(request, question.id, tuple(question.options)) for question in QUESTIONS}
    answers = {name: answer for name, answer in said.items() if answer}
    found = candidates(answers, run.comparison)

    def linked(sentence: Sentence) -> dict[str, Any]:
        link = f"{reverse('compare:row', args=[sentence.row])}{run.query}#{sentence.profile}"
        return asdict(sentence) | {"shown": sentence.shown, "link": link}

    context = {
        "run_shown": run,
        "comparison": run.comparison,
        "questions": [(question, said[question.id]) for question in QUESTIONS],
        "answered": len(answers),
        "contradictions": [linked(one) for one in contradictions(answers, run.comparison)],
        "left": [
            {
                "candidate": one,
                "for": [linked(sentence) for sentence in one.speaks_for],
                "against": [linked(sentence) for sentence in one.speaks_against],
            }
            for one in found
            if one.left
        ],
        "out": [{"candidate": one, "why": [linked(sentence) for sentence in one.ruled_out]} for one in found if not one.left],
        "tips": tips(answers, run.comparison) if answers and all(one.left for one in found) else [],
        "ways_out": [] if any(one.left for one in found) else ways_out(answers, run.comparison),
    }
    return render(request, "compare/which.html", context)
