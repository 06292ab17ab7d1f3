"""Queries whose SQL is written once.

What is asked on every request is asked in the same words: of the time that `QuerySet.get()` takes, nine tenths go into
writing them. Here they are written at the first call and kept; each call brings its values alone. The database is asked
every time, and nothing that it answered is kept.

    by_digest = Prepared(lambda digest: Credential.objects.select_related("user").filter(digest=digest))
    by_digest.first(digest="…")   # the Credential, with its user, or None
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from inspect import signature
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigAutoField, Model, QuerySet, Value
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)


class Argument(Value):
    """Stands in a queryset where a value will be."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class Plan(NamedTuple):
    """What Django's compiler made of a queryset, in the order in which a row needs it."""

    sql: str
    parameters: list[Any]
    """Arguments, to be replaced, among values that stay."""
    convert: Callable[[list[Any]], list[list[Any]]]
    """Rows as the database gives them -> values as the fields of the models have them."""
    build: Callable[[Any], Model]


class Prepared(Generic[Row]):
    """A queryset as a function of values: those that its lookups compare with, each named by a parameter of `query`.

    What it gives are instances as a queryset gives them, with what `select_related` names.
    """

    def __init__(self, query: Callable[..., QuerySet[Row]]) -> None:
        self.query = query

    def all(self, **values: Any) -> list[Row]:
        """All that is found, anew. A number that no column holds is found nowhere, as by a queryset."""
        if any(isinstance(one, int) and abs(one) > BigAutoField.MAX_BIGINT for one in values.values()):
            return []
        plan, connection = self.plan, connections[DEFAULT_DB_ALIAS]
        given = [values[one.value] if isinstance(one, Argument) else one for one in plan.parameters]
        adapt = connection.ops.adapt_datetimefield_value
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [adapt(one) if isinstance(one, datetime) else one for one in given])
            rows = cursor.fetchall()
        return [plan.build(row) for row in plan.convert(rows)]  # type: ignore[misc]

    def first(self, **values: Any) -> Row | None:
        """What is found first, or None."""
        found = self.all(**values)
        return found[0] if found else None

    @cached_property
    def plan(self) -> Plan:
        """What the ORM does before and after it asks the database."""
        queryset = self.query(**{name: Argument(name) for name in signature(self.query).parameters})
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        converters = compiler.get_converters(columns)
        model = compiler.klass_info["model"]
        start, end = compiler.klass_info["select_fields"][0], compiler.klass_info["select_fields"][-1] + 1
        names = [column.target.attname for column in columns[start:end]]
        related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # of Django 6

        def build(row: Any) -> Model:
            instance = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
            for populator in related:
                populator.populate(row, instance)
            return instance

        return Plan(sql, list(parameters), lambda rows: list(compiler.apply_converters(rows, converters)), build)
