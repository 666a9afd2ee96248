"""What `manage.py prune_batches` deletes, and what it leaves."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from batch_app import deletion
from batch_app.management.commands import prune_batches
from batch_app.models import BatchItem, BatchTask
from batch_app.refusals import unknown_task
from batch_app.tests.rows import batch

pytestmark = pytest.mark.django_db


def prune(*arguments: str) -> str:
    out = StringIO()
    call_command("prune_batches", *arguments, stdout=out)
    return out.getvalue().strip()


def ended(days: float, status: str = "completed") -> BatchTask:
    return batch("completed", "failed", status=status, ended_at=timezone.now() - timedelta(days=days))


def test_prune_deletes_what_ended_long_ago_with_all_its_questions(monkeypatch):
    monkeypatch.setattr(deletion, "CHUNK", 1)
    for status in ("completed", "failed", "cancelled"):
        ended(8, status)
    young = ended(6)
    assert prune("--older-than", "7") == "3 batches deleted"
    assert list(BatchTask.objects.all()) == [young]
    assert BatchItem.objects.count() == 2


def test_prune_keeps_what_the_setting_says(settings):
    settings.BATCH_RETENTION_DAYS = 3
    ended(4)
    ended(2)
    assert prune("--dry-run") == "1 batches would be deleted"
    assert BatchTask.objects.count() == 2
    assert prune() == "1 batches deleted"


@pytest.mark.parametrize("status", ["pending", "running", "paused"])
def test_prune_leaves_what_has_not_ended_however_old(status):
    batch("pending", status=status, created_at=timezone.now() - timedelta(days=400))
    assert prune("--older-than", "1") == "0 batches deleted"


def test_prune_leaves_out_what_somebody_else_deletes_meanwhile(monkeypatch):
    def gone(_task_id: object) -> None:
        raise unknown_task()

    ended(100)
    monkeypatch.setattr(prune_batches, "delete", gone)
    assert prune() == "0 batches deleted"


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "soon"])
def test_prune_refuses_what_is_no_number_of_days(days):
    with pytest.raises(CommandError, match="a whole number of days from 1 to 36500 is expected"):
        prune(f"--older-than={days}")
