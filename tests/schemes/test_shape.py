"""The folders of the schemes are one shape, so that the diff of two is the difference of two schemes."""

import ast
from pathlib import Path

import pytest

import schemes
from schemes.contract import Scheme
from schemes.story import card, seven_steps

ROOMS = Path(schemes.__file__).parent
FILES = {"__init__", "apps", "authentication", "models", "settings", "steps", "stock", "urls", "views"}
BASELINE = {"__init__", "authentication", "settings", "steps", "urls"}
OWN = {"session": {"store"}, "jwt": {"keys"}, "oauth2": {"applications", "metadata", "pages", "server", "validator"}}
VIEWS = ["BeforeLoginView", "LoginView", "TokenView", "ConvertView", "RefreshView", "VerifyView", "RevokeView", "LogoutView"]
SEAM = ["Authentication", "issue", "renew", "credentials", "revoke", "revoke_all", "expired"]
STOCK = ["urls", "ready", "card"]
VERBS = ["before", "login", "refresh", "verify", "revoke", "logout"]


def top_level(name: str, file: str) -> list[ast.stmt]:
    return ast.parse((ROOMS / name / f"{file}.py").read_text()).body


def names(body: list[ast.stmt]) -> list[str]:
    return [node.name for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef)]


def in_order(found: list[str], order: list[str]) -> bool:
    known = [name for name in found if name in order]
    return known == [name for name in order if name in known]


def test_the_tuple_equals_the_folders():
    assert {*schemes.SCHEMES, schemes.BASELINE} == {path.parent.name for path in ROOMS.glob("*/steps.py")}


def test_the_baseline_is_a_room_with_hardly_a_verb():
    name = schemes.BASELINE
    assert {path.stem for path in (ROOMS / name).glob("*.py")} == BASELINE
    assert names(top_level(name, "authentication")) == ["Authentication"]
    scheme = card(name)
    assert (scheme.before, scheme.login, scheme.refresh, scheme.logout) == (None, None, None, None)


@pytest.mark.parametrize("name", schemes.SCHEMES)
def test_every_stock_twin_is_as_short_as_a_tutorial(name):
    found = names(top_level(name, "stock"))
    assert set(found) - {"ready"} == {"urls", "card"}
    assert in_order(found, STOCK)
    own = [node for node in top_level(name, "stock") if getattr(node, "name", "") != "card"]
    assert sum(node.end_lineno - node.lineno + 1 for node in own) <= 35


@pytest.mark.parametrize("name", schemes.SCHEMES)
def test_every_room_has_the_same_files(name):
    found = {path.stem for path in (ROOMS / name).glob("*.py")}
    assert found == FILES | OWN.get(name, set())


@pytest.mark.parametrize("name", schemes.SCHEMES)
def test_every_room_offers_the_same_names_in_the_same_order(name):
    found = names(top_level(name, "authentication"))
    assert in_order(found, SEAM)
    assert set(SEAM) - {"renew"} <= set(found)
    steps = next(node for node in top_level(name, "authentication") if getattr(node, "name", "") == "Authentication").body
    assert in_order(names(steps), ["authenticate", "authenticate_header", "read", "find", "check"])
    assert {"authenticate", "read", "find", "check"} <= set(names(steps))


@pytest.mark.parametrize("name", schemes.SCHEMES)
def test_views_and_paths_stand_in_the_order_of_the_dialogue(name):
    assert in_order(names(top_level(name, "views")), VIEWS)
    words = [node.value for node in ast.walk(ast.Module(top_level(name, "urls"), [])) if isinstance(node, ast.Constant)]
    assert in_order([word for word in words if word in VERBS], VERBS)


@pytest.mark.parametrize("name", schemes.SCHEMES)
def test_no_class_carries_the_name_of_its_scheme(name):
    for file in ("authentication", "views"):
        assert not [found for found in names(top_level(name, file)) if name in found.lower()]


@pytest.mark.parametrize("name", schemes.SCHEMES)
def test_every_room_tells_its_story(name):
    docstring = ast.get_docstring(ast.Module(top_level(name, "__init__"), []))
    assert docstring is not None
    assert [f"\n{n}. " in docstring for n in range(1, 7)] == [True] * 6


@pytest.mark.parametrize("name", schemes.PROFILES)
def test_the_story_has_seven_steps_and_an_empty_one_says_why(name):
    assert isinstance(card(name), Scheme)
    story = seven_steps(name)
    assert [(chapter.number, chapter.id) for chapter in story] == [(n, f"{name}-{n}") for n in range(1, 8)]
    assert all(chapter.what.endswith(".") and chapter.why.endswith(".") for chapter in story)
    assert [chapter.number for chapter in story if not chapter.exchanges] == [
        number for number, verb in ((2, card(name).login), (5, card(name).refresh)) if not verb
    ]


@pytest.mark.parametrize("name", schemes.PROFILES)
def test_every_secret_that_a_request_shows_is_left_out_once(name):
    """The story proves each necessary: the same request without it is answered otherwise."""
    exchanges = [exchange for chapter in seven_steps(name) for exchange in chapter.exchanges]
    broken = [exchange.step for exchange in exchanges if "without" in exchange.title] + [exchanges[0].step]
    published = {"username", "client_id", "choice", "grant_type"}
    whole = [one.step for one in exchanges if one.title in ("Sign in", "Read question 1", "Vote", "Renew", "Log out")]
    for step in whole:
        for secret in [*step.headers, *(field for field in step.body if field not in published)]:
            lesser = [
                other
                for other in broken
                if (other.method, other.path) == (step.method, step.path)
                and (dict(other.headers).get(secret), dict(other.body).get(secret))
                != (dict(step.headers).get(secret), dict(step.body).get(secret))
            ]
            assert lesser, f"{step.method} {step.path} without {secret}"
            assert all(other.status != step.status for other in lesser)
