"""The attacks, one a file; this list is the catalogue, in its order."""

from types import ModuleType

from project.compare.probes import p18_logout, p20_password

PROBES: tuple[ModuleType, ...] = (p18_logout, p20_password)
