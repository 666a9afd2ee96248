"""The admin's first page, and who sees what of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from batch_app.models import BatchWorker
from batch_app.tests.rows import batch
from providers_app.tests.usage_rows import record
from sessions_app.tests import rows
from sessions_app.tests.operators import operator

pytestmark = pytest.mark.django_db
FIRST_PAGE = "/admin/"


def test_first_page_shows_usage_and_live_sessions(admin_client: Client):
    record(outcome="failed", error_reason="timeout")
    rows.session("hello", is_live=True)
    rows.session("hello")
    response = admin_client.get(FIRST_PAGE)
    page = response.content.decode()
    assert response.context["live_sessions"] == 1
    assert "?state=live" in page
    assert "It took too long." in page
    assert page.count("<canvas") == 5


def test_first_page_of_a_new_service_says_what_to_do(admin_client: Client):
    page = admin_client.get(FIRST_PAGE).content.decode()
    assert "Nobody has asked anything yet." in page
    assert "<canvas" not in page


@pytest.mark.parametrize(
    ("permission", "seen"),
    [
        ("view_usagerecord", {"usage"}),
        ("view_realtimesession", {"live_sessions"}),
        ("view_batchtask", {"batches"}),
        ("", set()),
    ],
)
def test_first_page_shows_only_what_the_operator_may_view(client: Client, permission: str, seen: set[str]):
    record()
    response = operator(client, permission).get(FIRST_PAGE)
    assert response.status_code == 200
    assert {name for name in ("usage", "live_sessions", "batches") if name in response.context} == seen
    assert ("<canvas" in response.content.decode()) == ("usage" in seen)


def cards(response) -> list[tuple[str, str]]:
    return [(card["title"], card["value"]) for card in response.context["batches"]["cards"]]


def test_first_page_shows_how_the_open_batches_come_on(admin_client: Client):
    batch("completed", status="completed", name="over")
    running = batch("completed", "completed", "running", "pending", name="going on", priority=1)
    batch("pending", status="paused", name="at rest")
    BatchWorker.objects.create(name="celery@host", seen_at=timezone.now())
    response = admin_client.get(FIRST_PAGE)
    page = response.content.decode()
    assert cards(response) == [
        ("Open batches", "2"),
        ("Questions waiting", "2"),
        ("Questions in flight", "1"),
        ("Workers", "1"),
    ]
    assert [each["task"].name for each in response.context["batches"]["open"]] == ["going on", "at rest"]
    assert f"/admin/batch_app/batchtask/{running.pk}/change/" in page
    assert 'value="50.0"' in page
    assert "No worker has been heard of" not in page


def test_first_page_warns_where_nobody_answers_batches(admin_client: Client, settings: Settings):
    BatchWorker.objects.create(name="celery@host", seen_at=timezone.now() - timedelta(minutes=5))
    response = admin_client.get(FIRST_PAGE)
    assert cards(response)[-1] == ("Workers", "0")
    assert "No worker has been heard of lately" in response.content.decode()
    settings.BATCH_ENABLED = False
    page = admin_client.get(FIRST_PAGE).content.decode()
    assert "No worker has been heard of lately" not in page
    assert "Batches are switched off (BATCH_ENABLED)" in page


def test_first_page_names_the_batches_that_come_first(admin_client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("batch_app.dashboard.MAX_SHOWN", 2)
    for number in range(3):
        batch("pending", name=f"batch {number}", priority=number)
    page = admin_client.get(FIRST_PAGE).content.decode()
    assert [f"batch {number}" in page for number in range(3)] == [False, True, True]
    assert "and 1 more" in page


def test_cards_lead_only_where_the_operator_may_go(client: Client):
    response = operator(client, "view_batchtask").get(FIRST_PAGE)
    assert [bool(card["href"]) for card in response.context["batches"]["cards"]] == [True, False, False, False]
