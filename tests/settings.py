"""The site's settings for tests in this process: the profile of the environment, in the lab, on a database file."""

import os

os.environ.setdefault("DEBUG", "1")

from project import settings as site  # reads the environment

TEST_DATABASE = {"NAME": site.BASE_DIR / ".local" / "test.sqlite3"} if "DATABASE_URL" not in os.environ else {}  # type: ignore[attr-defined]
site.DATABASES["default"]["TEST"] = TEST_DATABASE  # type: ignore[attr-defined]

QUICKLY = ("project.compare.lab.QuickHasher", *site.PASSWORD_HASHERS[1:])  # type: ignore[attr-defined]

globals().update(site.compose(vars(site), {"PASSWORD_HASHERS": QUICKLY}))
