"""Programs that a machine with Python alone may lack."""

import shutil

import pytest


def need(*programs: str) -> None:
    """Skip the test, loudly, where one is missing."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed, so lines that need it were not run.")
