"""One name, however it is written: `ALICE`, `alice` and `ａｌｉｃｅ` are one account (Unicode TR 36)."""

import unicodedata
from typing import Any

from django.db import models


def fold(name: str) -> str:
    """The form in which names and addresses are compared: NFKC, caseless, NFKC again (casefold can undo it)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class FoldedField(models.CharField):
    """A column that holds another field's folded value; `unique=True` makes the database refuse a second spelling."""

    def __init__(self, source: str = "", **options: Any) -> None:
        self.source = source
        super().__init__(**options, editable=False)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("editable", None)
        return name, path, args, options | {"source": self.source}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = fold(getattr(instance, self.source))
        setattr(instance, self.attname, value)
        return value
