"""Every probe can fail: on a site that gives in to everything, none of them says that the attack was refused."""

from collections.abc import Callable
from types import ModuleType

import pytest

from project.compare.attack import Bystander, attack
from project.compare.probes import PROBES
from project.compare.results import Verdict
from schemes.story import card
from tests.compare.broken import Broken

Face = Callable[[], Broken]


def cookie() -> Broken:
    return Broken(card("session"))


def token() -> Broken:
    return Broken(card("token"))


def pair() -> Broken:
    return Broken(card("jwt"))


FACES: dict[str, Face] = dict.fromkeys(["P12", "P13", "P44", "P45"], cookie) | dict.fromkeys(["P19"], pair)
"""The face that a probe needs to find anything; the others take the token's."""


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.ATTACK.id)
def test_every_probe_can_fail(probe: ModuleType) -> None:
    with FACES.get(probe.ATTACK.id, token)() as site:
        cell = attack(site, Bystander(site), probe)
    assert cell.verdict in (Verdict.PARTLY, Verdict.WORKS), (cell.text, cell.reason, cell.evidence)


def test_every_probe_says_what_it_is() -> None:
    ids = [probe.ATTACK.id for probe in PROBES]
    assert ids == sorted(set(ids))
