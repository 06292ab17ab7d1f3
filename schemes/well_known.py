"""/.well-known/ (RFC 8615): what the active scheme tells programs that know nothing but this site's address."""

from importlib import import_module
from typing import Any

from django.conf import settings

from schemes import SCHEMES

urlpatterns: list[Any] = []

if settings.AUTH_PROFILE in SCHEMES:
    urlpatterns += getattr(import_module(f"schemes.{settings.AUTH_SCHEME}.urls"), "well_known", [])
