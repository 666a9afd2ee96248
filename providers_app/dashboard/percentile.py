"""Percentiles in the database: PostgreSQL has them, SQLite is taught them."""

import math
from array import array
from typing import Any

from django.db.backends.signals import connection_created
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models import Aggregate, FloatField
from django.dispatch import receiver


class Percentile(Aggregate):
    """The smallest value that the `fraction` of all values does not exceed; None where there is no value."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: str, fraction: float) -> None:
        super().__init__(expression, fraction=fraction, output_field=FloatField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="%(function)s(%(expressions)s, %(fraction)s)", **extra)


class PercentileDisc:
    """PostgreSQL's `percentile_disc` as an aggregate of Python's sqlite3."""

    def __init__(self) -> None:
        self._values = array("d")
        self._fraction = 0.0

    def step(self, value: float | None, fraction: float) -> None:
        self._fraction = fraction
        if value is not None:
            self._values.append(value)

    def finalize(self) -> float | None:
        rank = max(1, math.ceil(len(self._values) * self._fraction))
        return sorted(self._values)[rank - 1] if self._values else None


@receiver(connection_created)
def teach_sqlite(connection: Any, **_: Any) -> None:
    if isinstance(connection, DatabaseWrapper):
        connection.connection.create_aggregate(Percentile.function, 2, PercentileDisc)
