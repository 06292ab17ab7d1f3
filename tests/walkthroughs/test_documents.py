"""What is made from the cards stands in docs/ as it would be made now, and nothing else stands beside it."""

import re
from dataclasses import replace

import pytest

from project.compare.servers import ROOT
from project.walkthrough import answers
from project.walkthrough.answers import Answer, blended, difference, parse
from project.walkthrough.management.commands.walkthroughs import documents
from schemes import PROFILES
from schemes.story import seven_steps


@pytest.mark.parametrize("path", sorted(documents()))
def test_each_document_is_fresh(path):
    assert (ROOT / path).read_text() == documents()[path], "`make walkthroughs` writes it anew"


def test_nothing_stands_beside_them():
    folders = {(ROOT / path).parent for path in documents()}
    found = {str(file.relative_to(ROOT)) for folder in folders for file in folder.iterdir() if file.is_file()}
    assert found == {*documents(), "docs/walkthroughs/answers.json", "docs/postman/README.md"}


def test_the_answers_on_record_are_those_of_the_story_and_no_others():
    ids = [exchange.id for profile in PROFILES for chapter in seven_steps(profile) for exchange in chapter.exchanges]
    assert len(ids) == len(set(ids))
    assert sorted(answers.read()) == sorted(ids)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_answer_on_record_has_the_status_of_its_card(profile):
    known = answers.read()
    for chapter in seven_steps(profile):
        for exchange in chapter.exchanges:
            assert known[exchange.id].status == exchange.step.status, exchange.id


def test_no_secret_of_a_run_is_on_record():
    text = answers.FILE.read_text()
    assert not re.search(r"eyJ|[A-Za-z0-9_-]{25,}", text)


def test_links_between_the_pages_lead_somewhere():
    for path, text in documents().items():
        for target in re.findall(r"\]\(([^)#]*(?:#[^)]*)?)\)", text):
            file, _, anchor = target.partition("#")
            other = (ROOT / path).parent / file if file else ROOT / path
            if target.startswith("http"):
                continue
            assert other.exists(), f"{path}: {target}"
            assert not anchor or f'<a id="{anchor}"></a>' in other.read_text(), f"{path}: {target}"


BODY = {"token": "<token>", "votes": "<count>", "at": "<time>", "list": [{"id": 1}], "no": None}
SOME = Answer(200, 'Bearer realm="api"', ("sessionid",), BODY)


def test_an_answer_that_is_printed_can_be_read_again():
    assert parse(str(SOME)) == SOME
    assert parse(str(SOME).replace("\n", "\r\n", 2)) == SOME


def test_what_varies_makes_no_difference():
    got = replace(SOME, body={**BODY, "token": "abc", "votes": 7, "at": "2026-01-02T03:04:05.6Z"})
    assert blended(SOME, got) == SOME
    assert difference(SOME, got) == ""


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"token": ""}, '+  "token": "",'),
        ({"token": None}, '+  "token": null,'),
        ({"votes": "7"}, '+  "votes": "7",'),
        ({"at": "yesterday"}, '+  "at": "yesterday",'),
        ({"list": []}, '"list": [], "no": null}'),
        ({"more": 1}, '+  "more": 1'),
    ],
)
def test_anything_else_is_a_difference(changed, shown):
    assert shown in difference(SOME, replace(SOME, body={**BODY, **changed}))


def test_status_challenge_and_cookies_are_compared():
    assert difference(SOME, replace(SOME, status=401, challenge="Token", cookies=())).splitlines()[:5] == [
        "-HTTP/1.1 200 OK",
        '-www-authenticate: Bearer realm="api"',
        "-set-cookie: sessionid=<sessionid>; ...",
        "+HTTP/1.1 401 Unauthorized",
        "+www-authenticate: Token",
    ]
