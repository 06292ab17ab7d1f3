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
OWN = {"session": {"store"}, "oauth2": {"validator"}}
VIEWS = ["BeforeLoginView", "LoginView", "TokenView", "RefreshView", "VerifyView", "RevokeView", "LogoutView"]
SEAM = ["Authentication", "issue", "renew", "credentials", "revoke", "revoke_all", "clear"]
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
    scheme = card(name)
    assert isinstance(scheme, Scheme)
    story = seven_steps(scheme)
    assert [chapter.number for chapter in story] == [1, 2, 3, 4, 5, 6, 7]
    assert all(chapter.steps or chapter.why for chapter in story)
    assert bool(story[4].steps) == bool(scheme.refresh)
