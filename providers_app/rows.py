"""Puts many rows of one model on record, for models whose keys the database gives and whose values are plain.

Django's `bulk_create` takes several times as long for each row, and begins its transaction before it makes its SQL: on
SQLite everybody else waits meanwhile. Here what is written is ready before, and a statement is a transaction by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from operator import attrgetter
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

MAX_ROWS = 200
"""How many a statement has: few enough that others hardly wait for it, and SQLite takes as many parameters."""
_PLAIN: dict[type["models.Field[Any, Any]"], type] = {
    models.BooleanField: bool,
    models.CharField: str,
    models.FloatField: float,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.TextField: str,
}
"""What the database takes as it is. Asking the field costs ten times as much."""


@cache
def written_fields(model: type[models.Model]) -> tuple["models.Field[Any, Any]", ...]:
    """The fields that have a column, without the key."""
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 - documented


def parameters(model: type[models.Model], rows: Iterable[object]) -> Iterator[list[Any]]:
    """For each row, whatever has the fields of the model, the values of `written_fields` as the database takes them."""
    connection, fields = _connection(model), written_fields(model)
    values, kinds = attrgetter(*(field.attname for field in fields)), [_PLAIN.get(type(field)) for field in fields]
    for row in rows:
        yield [
            value if type(value) is kind else field.get_db_prep_save(value, connection)
            for field, kind, value in zip(fields, kinds, values(row), strict=True)
        ]


def insert(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
    """Put on record what `parameters` gave. Unless a transaction is open, every `MAX_ROWS` are one.

    Raises `DatabaseError`; what was written before stays then.
    """
    connection, remaining = _connection(model), iter(rows)
    write = _copy if connection.vendor == "postgresql" else _execute
    while chunk := list(islice(remaining, MAX_ROWS)):
        write(model, chunk, connection)


def _copy(model: type[models.Model], rows: Sequence[Sequence[Any]], connection: BaseDatabaseWrapper) -> None:
    """PostgreSQL's own way: its driver is slow where a statement has thousands of parameters."""
    statement = f"COPY {_columns(model, connection)} FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _execute(model: type[models.Model], rows: Sequence[Sequence[Any]], connection: BaseDatabaseWrapper) -> None:
    """One statement, for `executemany` waits for Python's own lock at every row, with SQLite's lock in hand."""
    places = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
    statement = f"INSERT INTO {_columns(model, connection)} VALUES {places}"  # noqa: S608 - names alone
    with connection.cursor() as cursor:
        cursor.execute(statement, list(chain.from_iterable(rows)))


def _connection(model: type[models.Model]) -> BaseDatabaseWrapper:
    """The one itself: `django.db.connection` would look for it at every value."""
    return connections[router.db_for_write(model)]


def _columns(model: type[models.Model], connection: BaseDatabaseWrapper) -> str:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in written_fields(model) if field.column)
    return f"{quoted(model._meta.db_table)} ({columns})"  # noqa: SLF001 - documented
