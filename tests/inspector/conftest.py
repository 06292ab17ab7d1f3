"""An inspector of the live site of each profile."""

import pytest

from tests.inspector.watching import Inspector


@pytest.fixture
def inspector(site) -> Inspector:
    return Inspector(site)
