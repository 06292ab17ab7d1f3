#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys
from pathlib import Path

LOCAL = {"demo", "compare", "bench", "walkthrough", "walkthroughs", "openapi", "explain"}
"""The local lab by definition; everything else asks for it by name."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    if set(sys.argv[1:2]) & LOCAL:
        os.environ.setdefault("DEBUG", "1")
    if os.environ.get("DEBUG") == "1":  # bytecode goes elsewhere: the rooms hold source alone, and their diff is the lesson
        elsewhere = Path(__file__).resolve().parent / ".local" / "pycache"
        sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(elsewhere))
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"This site can't start: {error}")


if __name__ == "__main__":
    main()
