"""What `manage.py prune_sessions` deletes, and what it leaves."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment
from sessions_app.tests import rows

pytestmark = pytest.mark.django_db


def prune(*arguments: str) -> str:
    out = StringIO()
    call_command("prune_sessions", *arguments, stdout=out)
    return out.getvalue().strip()


def days_ago(days: float, *texts: str, **fields: Any) -> RealtimeSession:
    """A session that ended a few minutes more than `days` ago."""
    return rows.session(*texts, started_at=timezone.now() - timedelta(days=days, minutes=10), **fields)


def test_prune_deletes_old_sessions_with_everything_in_them() -> None:
    old, young = days_ago(8, "hello"), days_ago(6, "hello")
    for each in (old, young):
        rows.answer(rows.question(each, "how"), "so")
    assert prune("--older-than", "7") == "1 sessions deleted"
    assert list(RealtimeSession.objects.all()) == [young]
    assert [model.objects.count() for model in (TranscriptSegment, Question, Answer)] == [1, 1, 1]


def test_prune_keeps_what_the_setting_says(settings: Settings) -> None:
    settings.SESSION_RETENTION_DAYS = 3
    days_ago(4, "old")
    days_ago(2, "young")
    assert prune() == "1 sessions deleted"


def test_prune_leaves_live_sessions_however_long_they_last() -> None:
    days_ago(100, "still talking", is_live=True)
    assert prune("--older-than", "1", "--empty") == "0 sessions deleted"


def test_prune_deletes_old_sessions_whose_server_went_away() -> None:
    lost = days_ago(100, "cut off", is_live=True)
    RealtimeSession.objects.filter(pk=lost.pk).update(seen_at=timezone.now() - timedelta(days=99))
    assert prune("--older-than", "90") == "1 sessions deleted"


def test_prune_deletes_empty_sessions_after_a_day_where_asked() -> None:
    days_ago(2)
    fresh, spoken, asked = days_ago(0.5), days_ago(2, "hello"), days_ago(2)
    rows.question(asked, "typed alone", None)
    assert prune("--empty") == "1 sessions deleted"
    assert set(RealtimeSession.objects.all()) == {fresh, spoken, asked}


def test_prune_dry_run_only_counts() -> None:
    days_ago(100)
    assert prune("--dry-run") == "1 sessions would be deleted"
    assert RealtimeSession.objects.count() == 1


def test_prune_deletes_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions_app.management.commands.prune_sessions.BATCH", 2)
    for _ in range(5):
        days_ago(100, "old")
    assert prune() == "5 sessions deleted"
    assert not RealtimeSession.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "soon", "²", "99999999999"])
def test_prune_refuses_what_is_no_number_of_days(days: str) -> None:
    with pytest.raises(CommandError, match="a whole number of days from 1 to 36500 is expected"):
        prune(f"--older-than={days}")
