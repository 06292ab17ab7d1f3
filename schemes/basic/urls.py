"""Where the verbs of the scheme are, under /auth/: it has none."""

from typing import Any

urlpatterns: list[Any] = []
