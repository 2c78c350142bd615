"""Rows of the open user's file without the ORM's compiler: the same models, a statement made once.

`Prepared(Model, "id = ?").first(id)` is `Model.objects.filter(id=id).first()` at a fifth of its cost, `insert(row)` is
`row.save(force_insert=True)`. Columns, types and defaults come from the models alone.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Field, FloatField, IntegerField, Model, TextField

from reelballers.user_db import sql
from reelballers.user_db.context import current_alias, user_connection
from reelballers.user_db.models import assert_at_home

Row = TypeVar("Row", bound=Model)

# Stored as they are: SQLite's own types, and what it refuses it refuses by itself.
_PLAIN = (TextField, IntegerField, FloatField)


class Prepared(Generic[Row]):
    """One condition on one model; its columns are read from the model at the first use."""

    def __init__(self, model: type[Row], where: str) -> None:
        self._model, self._where = model, where

    def first(self, *parameters: Any) -> Row | None:
        found = sql.row(self._select, *parameters)
        if found is None:
            return None
        values, connection = list(found), user_connection()
        for place, expression, convert in self._converters:
            values[place] = convert(values[place], expression, connection)
        return self._model.from_db(current_alias(), self._names, values)

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._model._meta.concrete_fields]

    @cached_property
    def _select(self) -> str:
        columns = ", ".join(f'"{field.column}"' for field in self._model._meta.concrete_fields)
        return f'SELECT {columns} FROM "{self._model._meta.db_table}" WHERE {self._where} LIMIT 1'  # noqa: S608

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Callable[..., Any]]]:
        connection, table = user_connection(), self._model._meta.db_table
        columns = [field.get_col(table) for field in self._model._meta.concrete_fields]
        return [
            (place, column, convert)
            for place, column in enumerate(columns)
            for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        ]


def insert(row: Model) -> None:
    assert_at_home(row)
    statement, fields = _insert(type(row))
    connection = user_connection()
    values = [
        getattr(row, name) if field is None else field.get_db_prep_save(field.pre_save(row, True), connection)
        for name, field in fields
    ]
    sql.run(statement, *values)
    row._state.adding, row._state.db = False, current_alias()


@cache
def _insert(model: type[Model]) -> tuple[str, list[tuple[str, Field | None]]]:
    """The statement; and for each attribute the field that converts it, None where nothing has to."""
    fields = list(model._meta.local_concrete_fields)
    columns, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join("?" * len(fields))
    statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608
    return statement, [(field.attname, None if isinstance(field, _PLAIN) else field) for field in fields]


def stored(moment: datetime) -> str:
    """A time as Django's DateTimeField stores it on SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
