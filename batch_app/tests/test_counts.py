"""How far batches have come."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from batch_app.counts import PACE_WINDOW, Counts, counts_of, estimated_completion
from batch_app.models import BatchItem, BatchTask, BatchTransition
from batch_app.tests.rows import batch

STATES = ("pending", "pending", "running", "completed", "completed", "completed", "failed", "cancelled")


@pytest.mark.django_db
def test_counts_of_several_batches_in_one_query(django_assert_num_queries):
    mixed, small, unknown = batch(*STATES), batch("failed"), uuid.uuid4()
    with django_assert_num_queries(1):
        found = counts_of([mixed.pk, small.pk, unknown])
    assert found == {mixed.pk: Counts(2, 1, 3, 1, 1), small.pk: Counts(failed=1), unknown: Counts()}
    assert (found[mixed.pk].total, found[mixed.pk].open) == (mixed.total, 3)


@pytest.mark.parametrize(
    ("counts", "percent"),
    [
        (Counts(pending=3), 0.0),
        (Counts(pending=1, running=1, completed=1), 33.3),
        (Counts(running=1, completed=49_999), 99.9),
        (Counts(pending=1, failed=999), 99.9),
        (Counts(completed=1, failed=1, cancelled=1), 100.0),
        (Counts(), 100.0),
    ],
)
def test_percent_is_whole_only_where_nothing_is_open(counts, percent):
    assert counts.percent == percent


def running_for(minutes: float, *ended_before: float, pending: int = 6) -> BatchTask:
    """A task that has run for so long; its questions ended so many minutes ago."""
    task = batch(*["completed"] * len(ended_before), *["pending"] * pending)
    BatchTransition.objects.filter(task=task).update(at=timezone.now() - timedelta(minutes=minutes))
    for index, ago in enumerate(ended_before):
        BatchItem.objects.filter(task=task, index=index).update(ended_at=timezone.now() - timedelta(minutes=ago))
    return task


def minutes_left(task: BatchTask) -> float | None:
    moment = estimated_completion(task, counts_of([task.pk])[task.pk])
    return (moment - timezone.now()).total_seconds() / 60 if isinstance(moment, datetime) else None


@pytest.mark.django_db
def test_estimate_goes_by_the_pace_of_the_last_minutes():
    assert minutes_left(running_for(2, 1.5, 1, 0.5)) == pytest.approx(4, abs=0.1)
    long_ago = PACE_WINDOW.total_seconds() / 60 + 1
    assert minutes_left(running_for(60, *[long_ago] * 50, 1, 2)) == pytest.approx(15, abs=0.1)


@pytest.mark.django_db
def test_estimate_goes_by_the_time_since_a_pause():
    task = running_for(60, 3, 3, 3, 0.5)
    BatchTransition.objects.create(task=task, status="paused", at=timezone.now() - timedelta(minutes=2))
    BatchTransition.objects.create(task=task, status="running", at=timezone.now() - timedelta(minutes=1))
    assert minutes_left(task) == pytest.approx(6, abs=0.1)


@pytest.mark.django_db
def test_nothing_is_estimated_without_a_pace():
    assert minutes_left(running_for(60)) is None
    assert minutes_left(running_for(60, 30)) is None
    for status in ("pending", "paused", "completed", "failed", "cancelled"):
        assert minutes_left(batch(*STATES, status=status)) is None
