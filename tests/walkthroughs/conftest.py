"""Live sites of all profiles that write down what they answered, and the documents cut into blocks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser

from project.compare.servers import ROOT, Site
from project.walkthrough.addresses import address
from schemes import PROFILES
from schemes.story import seven_steps
from tests.inspector import watching
from tests.inspector.watching import Recorded


class Told:
    """A site, and its own record of what it answered since the test began."""

    def __init__(self, site: Site, file: Path) -> None:
        self.site = site
        self.file = file
        file.write_text("")

    @property
    def record(self) -> Recorded:
        """(step, method, path, status, challenge) of each request. One more, or one less, than the story has is no record."""
        lines = [json.loads(line) for line in self.file.read_text().splitlines()]
        lines = [line for line in lines if line[1] not in ("/healthz", "/auth/") and not line[1].startswith("/inspect/")]
        ids = [exchange.id for chapter in seven_steps(self.site.profile) for exchange in chapter.exchanges]
        assert len(lines) == len(ids), lines
        return [(id_, *line) for id_, line in zip(ids, lines, strict=True)]


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def told(sites, profile: str, tmp_path_factory: pytest.TempPathFactory) -> Told:
    file = tmp_path_factory.getbasetemp() / f"record-{profile}"
    return Told(sites(profile, DJANGO_SETTINGS_MODULE="tests.walkthroughs.recording", RECORD=str(file)), file)


@pytest.fixture
def promised(profile: str) -> Recorded:
    """What every client must get."""
    return watching.promised(profile)


def follow(profile: str, base: str, **readers: Callable[[str], str | None]) -> None:
    """Read the walkthrough from top to bottom: each block goes to the reader of its language, who says what is wrong, if it is.

    Nothing is changed but the address. Raises SybilFailure with file and line.
    """
    parsers = [
        CodeBlockParser(language, lambda example, read=read: read(example.parsed.replace(address(profile), base)))
        for language, read in readers.items()
    ]
    path = ROOT / "docs" / "walkthroughs" / f"{profile}.md"
    assert address(profile) in path.read_text()
    for example in Sybil(parsers=parsers).parse(path).examples():
        example.evaluate()
