"""Every probe can fail: on a site that gives in to everything, none of their attempts is refused."""

from collections.abc import Callable
from types import ModuleType

import pytest

from project.compare.attack import Bystander, attack
from project.compare.probes import PROBES
from project.compare.results import Verdict
from schemes.story import card
from tests.compare.broken import Broken, Locking, Obedient
from tests.compare.broken_tokens import befriended, loose, unsigned

Face = Callable[[], Broken]


FACES: dict[str, Face] = {
    **dict.fromkeys(["P12", "P13", "P45"], lambda: Broken(card("session"))),
    **dict.fromkeys(["P24", "P25", "P26", "P27", "P28", "P29", "P30", "P31", "P32", "P33"], unsigned),
    **dict.fromkeys(["P07", "P35", "P36", "P37", "P38", "P39", "P40", "P42", "P49"], loose),
    "P10": lambda: Broken(card("token"), Locking),
    "P19": lambda: Broken(card("jwt"), Obedient),
    "P43": befriended,
    "P44": lambda: Broken(card("session"), Obedient),
}
"""The face on which every single attempt of a probe gets through; for the others it is the token's."""


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.ATTACK.id)
def test_every_probe_can_fail(probe: ModuleType) -> None:
    with FACES.get(probe.ATTACK.id, lambda: Broken(card("token")))() as site:
        cell = attack(site, Bystander(site), probe)
    assert cell.verdict is Verdict.WORKS, (cell.text, cell.reason, cell.evidence)


def test_every_probe_says_what_it_is() -> None:
    ids = [probe.ATTACK.id for probe in PROBES]
    assert ids == sorted(set(ids))
