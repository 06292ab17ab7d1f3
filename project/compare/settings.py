"""The site as the engine starts it: whatever AUTH_PROFILE says, with a clock that can be moved and a record of its work.

The engine serves this for as long as a comparison takes, and `manage.py demo` for as long as it runs, so that its console can
move the clocks: both on loopback, with a key that they make anew each time. Without the lab and a key it does not start.
"""

from django.core.exceptions import ImproperlyConfigured

from project import settings as site
from project.settings import env

if not site.LAB:  # type: ignore[attr-defined]
    raise ImproperlyConfigured("project.compare.settings can't be used outside the lab (DEBUG or LAB).")

LAB_KEY = env.secret("LAB_KEY", local=False, least=32)
"""Who may move the clock and read timings: the engine or the demo that made this key."""
LAB_CLOCK = env.number("LAB_CLOCK", 0, high=env.TEN_YEARS)
"""Seconds by which this process is ahead when it starts."""
LAB_OPEN = env.flag("LAB_OPEN")
"""Whether everybody is let in, as alice and without a look: the floor that the schemes' costs are ratios of."""

LAB_HURRY = env.flag("LAB_HURRY")
"""Whether passwords are hashed quickly: where a verdict does not depend on how long it takes."""

globals().update(site.compose(vars(site), {}))

MIDDLEWARE = ["project.compare.lab.Lab", *site.MIDDLEWARE]  # type: ignore[attr-defined]
if LAB_HURRY:
    PASSWORD_HASHERS = ["project.compare.lab.QuickHasher", *site.PASSWORD_HASHERS[1:]]  # type: ignore[attr-defined]
if LAB_OPEN:
    REST_FRAMEWORK = site.REST_FRAMEWORK | {  # type: ignore[attr-defined]
        "DEFAULT_AUTHENTICATION_CLASSES": ["project.compare.lab.Everybody"]
    }
