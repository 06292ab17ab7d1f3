"""Every probe can fail: on a site that gives in to everything, none of them says that the attack was refused."""

from collections.abc import Callable
from types import ModuleType

import pytest

from project.compare.attack import Bystander, attack
from project.compare.probes import PROBES
from project.compare.results import Verdict
from schemes.story import card
from tests.compare.broken import Broken
from tests.compare.broken_tokens import loose, unsigned

Face = Callable[[], Broken]


def cookie() -> Broken:
    return Broken(card("session"))


def token() -> Broken:
    return Broken(card("token"))


def pair() -> Broken:
    return Broken(card("jwt"))


FACES: dict[str, Face] = dict.fromkeys(["P12", "P13", "P44", "P45"], cookie) | dict.fromkeys(["P19"], pair)
"""The face that a probe needs to find anything; the others take the token's."""

IN_FULL: dict[str, Face] = dict.fromkeys(["P24", "P25", "P26", "P27", "P28", "P29", "P30", "P31", "P32", "P33"], unsigned)
IN_FULL |= dict.fromkeys(["P07", "P35", "P39", "P40", "P42", "P49"], loose)
"""Probes whose every single attempt gets through on some site."""
FACES |= IN_FULL


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.ATTACK.id)
def test_every_probe_can_fail(probe: ModuleType) -> None:
    with FACES.get(probe.ATTACK.id, token)() as site:
        cell = attack(site, Bystander(site), probe)
    expected = (Verdict.WORKS,) if probe.ATTACK.id in IN_FULL else (Verdict.PARTLY, Verdict.WORKS)
    assert cell.verdict in expected, (cell.text, cell.reason, cell.evidence)


def test_every_probe_says_what_it_is() -> None:
    ids = [probe.ATTACK.id for probe in PROBES]
    assert ids == sorted(set(ids))
