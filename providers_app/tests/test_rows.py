"""What is written in one go is what Django would have written, on SQLite and on PostgreSQL."""

import copy
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from providers_app import rows
from providers_app.models import UsageRecord

pytestmark = pytest.mark.usefixtures("database")
ASKED_AT = datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=UTC)


def a_row(**fields) -> UsageRecord:
    return UsageRecord(**{"asked_at": ASKED_AT, "origin": "socket", "outcome": "answered", "total_ms": 1.5} | fields)


def insert(found: list[UsageRecord]) -> None:
    rows.insert(UsageRecord, rows.parameters(UsageRecord, found))


def stored() -> list[tuple[object, ...]]:
    """Every field of every row but the key, as it is read."""
    names = [field.attname for field in rows.written_fields(UsageRecord)]
    return list(UsageRecord.objects.order_by("pk").values_list(*names))


def test_rows_are_as_django_writes_them():
    found = [
        a_row(),
        a_row(asked_at=ASKED_AT.astimezone(timezone(timedelta(hours=8))), first_token_ms=0.1, is_cached=True),
        a_row(outcome=UsageRecord.Outcome.PARTIAL, cost=1, prompt_tokens=2**31 - 1, currency="EUR"),
        a_row(provider="a\tb\\N\n", model="模型 '\"%s", attempts=[{"provider": "\\", "reason": "\t", "ms": None}]),
        a_row(total_ms="2.5", prompt_tokens="7"),
    ]
    UsageRecord.objects.bulk_create(copy.deepcopy(found))
    expected = stored()
    UsageRecord.objects.all().delete()
    insert(found)
    assert stored() == expected
    assert len(expected) == len(found)


def test_many_rows_keep_their_order_and_are_short_statements():
    with CaptureQueriesContext(connection) as queries:
        insert([a_row(prompt_tokens=number) for number in range(2 * rows.MAX_ROWS + 1)])
    assert len(queries) == 3
    found = UsageRecord.objects.order_by("pk").values_list("prompt_tokens", flat=True)
    assert list(found) == [*range(2 * rows.MAX_ROWS + 1)]


def test_no_rows_are_no_statement():
    with CaptureQueriesContext(connection) as queries:
        insert([])
    assert not queries.captured_queries


def test_statement_is_written_as_a_whole_or_not_at_all():
    with pytest.raises(DatabaseError):
        insert([a_row(), a_row(provider=None)])
    assert not UsageRecord.objects.exists()
    insert([a_row()])
    assert UsageRecord.objects.count() == 1
