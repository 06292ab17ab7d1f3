"""Every setting of every profile at once: for the type checker, which has to know the names."""

from importlib import import_module

from project import settings as site
from schemes import PROFILES

merged = vars(site)
for _, module in PROFILES.values():
    merged = site.compose(merged, vars(import_module(module)))
globals().update(merged)

LAB_KEY = ""  # project.compare.settings
LAB_CLOCK = 0
