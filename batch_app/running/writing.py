"""Writes what a run has found out: each item only while the run still has it, so that nothing is written twice."""

from collections.abc import Sequence
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


def write(run: UUID, outcomes: Sequence[Outcome]) -> None:
    """Write all outcomes. An item that the run has lost since stays as it is."""
    if not outcomes:
        return
    claim = _META.get_field("claim").get_db_prep_value(run, connection)
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, [_values(each, claim) for each in outcomes])


def _values(outcome: Outcome, claim: Any) -> tuple[Any, ...]:
    is_ended = outcome.status != Status.PENDING
    return (
        outcome.status.value,
        outcome.attempts,
        outcome.delays,
        _moment(outcome.at),
        _moment(outcome.started_at),
        _moment(outcome.at if is_ended else None),
        _storable(outcome.result),
        _json(outcome.sources),
        _json(outcome.metadata),
        _json(outcome.usage),
        None if outcome.error is None else _json(outcome.error),
        outcome.item.pk,
        claim,
    )


def _moment(moment: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


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
