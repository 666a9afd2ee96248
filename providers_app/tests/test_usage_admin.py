"""The list of what questions took, and its file."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import AsyncClient, Client

from providers_app.models import UsageRecord
from providers_app.tests.usage_rows import record

LIST = "/admin/providers_app/usagerecord/"
pytestmark = pytest.mark.django_db


def test_list_says_where_questions_come_from_and_why_they_failed(admin_client: Client):
    record(outcome="failed", error_reason="timeout")
    page = admin_client.get(LIST).content.decode()
    assert "It took too long." in page
    assert "live speech" in page


@pytest.mark.parametrize(
    ("query", "models"),
    [
        ("", ["b", "a"]),
        ("?outcome__exact=failed", ["b"]),
        ("?provider=alpha", ["a"]),
        ("?origin__exact=api", ["b"]),
        ("?asked_at__year=2025", ["a"]),
    ],
)
def test_list_is_filtered(admin_client: Client, query: str, models: list[str]):
    record(datetime(2025, 5, 1, tzinfo=UTC), model="a")
    record(model="b", provider="beta", outcome="failed", origin="api")
    found = admin_client.get(LIST + query).context["cl"].result_list
    assert [each.model for each in found] == models


def test_record_shows_every_attempt_and_changes_by_nobody(admin_client: Client):
    attempts = [{"provider": "alpha", "reason": "timeout", "ms": 30.5}, {"provider": "<b>", "reason": "", "ms": 7}]
    page = f"{LIST}{record(attempts=attempts).pk}/change/"
    text = admin_client.get(page).content.decode()
    assert "alpha: 30.5 ms It took too long." in text
    assert "&lt;b&gt;: 7 ms" in text
    assert admin_client.post(page, {"provider": "x"}).status_code == 403
    assert admin_client.get(f"{LIST}add/").status_code == 403


@pytest.mark.django_db(transaction=True)
async def test_export_holds_the_chosen_rows_and_no_formulas(async_client: AsyncClient, admin_user):
    await async_client.aforce_login(admin_user)
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    rows = [await UsageRecord.objects.acreate(asked_at=at, total_ms=1, model=model) for model in ("m", "=1+1", "other")]
    chosen = {"action": "export", "_selected_action": [str(row.pk) for row in rows[:2]]}
    response: Any = await async_client.post(LIST, chosen)
    text = b"".join([piece async for piece in response]).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert sorted((row["asked_at"], row["model"], row["total_ms"]) for row in found) == [
        ("2026-03-01T12:00:00.000+00:00", "'=1+1", "1.0"),
        ("2026-03-01T12:00:00.000+00:00", "m", "1.0"),
    ]
