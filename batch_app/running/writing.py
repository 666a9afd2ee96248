"""Writes what a run has found out: each item only while the run still has it, so that nothing is written twice."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from batch_app.models import BatchItem
from batch_app.running.claimed import Outcome, Status

_META = BatchItem._meta  # noqa: SLF001 - documented by Django all the same
# Django's own way, an update for each row, costs ten times as much as all else that is done for a question.
_UPDATE = f"""
    UPDATE {_META.db_table}
    SET status = %s, claim = NULL, attempts = %s, delays = %s, due_at = %s, started_at = %s, ended_at = %s,
        result = %s, sources = %s, metadata = %s, usage = %s, error = %s
    WHERE id = %s AND claim = %s AND status = '{Status.RUNNING}'
"""  # noqa: S608 - made of names alone
NUL = r"\u0000"
"""As JSON writes it."""
Row = tuple[Any, ...]


def write(run: UUID, rows: Sequence[Row]) -> None:
    """Write what `rows_of` gave. An item that the run has lost since stays as it is."""
    if not rows:
        return
    claim = _META.get_field("claim").get_db_prep_value(run, connection)
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, [(*row, claim) for row in rows])


def rows_of(outcomes: Sequence[Outcome]) -> list[Row]:
    """What is written of the outcomes, as the database takes it: made before the transaction, which others wait for."""
    moment = connection.ops.adapt_datetimefield_value  # looked up once: `connection` is a proxy
    return [_row(outcome, moment) for outcome in outcomes]


def _row(outcome: Outcome, moment: Callable[[datetime | None], Any]) -> Row:
    at = moment(outcome.at)
    return (
        outcome.status.value,
        outcome.attempts,
        outcome.delays,
        at,
        moment(outcome.started_at),
        at if outcome.status != Status.PENDING else None,
        _storable(outcome.result),
        _json(outcome.sources),
        _json(outcome.metadata),
        _json(outcome.usage),
        None if outcome.error is None else _json(outcome.error),
        outcome.item.pk,
    )


def _json(value: Any) -> str:
    try:
        text = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        text = NUL
    return msgspec.json.encode(_storable(msgspec.to_builtins(value))).decode() if NUL in text else text


def _storable(value: Any) -> Any:
    """Without what no database takes, whoever said it: NUL, and halves of surrogate pairs."""
    match value:
        case str():
            return value.replace("\0", "").encode(errors="replace").decode()
        case dict():
            return {_storable(name): _storable(each) for name, each in value.items()}
        case list() | tuple():
            return [_storable(each) for each in value]
    return value
