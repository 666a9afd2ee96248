"""The state of the queue and of those who work on it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from batch_app.models import BatchRun, BatchWorker
from batch_app.status import status
from batch_app.tests.rows import batch

pytestmark = pytest.mark.django_db


def test_queue_counts_batches_that_have_not_ended_and_their_questions(client, settings):
    settings.BATCH_MAX_QUEUE_SIZE = 7
    batch("pending", "completed", "running", status="running")
    batch("pending", "pending", status="paused")
    batch("pending", status="pending")
    batch("pending", is_complete=False, status="pending")
    batch("completed", "cancelled", status="cancelled")
    assert client.get("/api/batch/status").json() == {
        "enabled": True,
        "queue": {"pending": 1, "running": 1, "paused": 1, "limit": 7, "items_waiting": 4, "items_running": 1},
        "workers": [],
        "runs": [],
    }


def test_workers_are_alive_that_were_seen_lately(client):
    now = timezone.now()
    BatchWorker.objects.create(name="celery@a", seen_at=now - timedelta(seconds=5))
    BatchWorker.objects.create(name="celery@b", seen_at=now - timedelta(seconds=20))
    seen = client.get("/api/batch/status").json()["workers"]
    assert [(each["name"], each["is_alive"]) for each in seen] == [("celery@a", True), ("celery@b", False)]


def test_runs_are_listed_with_their_process(client):
    run = BatchRun.objects.create(lane="host/0", pid=77, in_flight=4)
    (seen,) = client.get("/api/batch/status").json()["runs"]
    assert (seen["worker"], seen["pid"], seen["in_flight"]) == ("host/0", 77, 4)
    assert status().runs[0].started_at == run.started_at


def test_it_takes_few_queries(django_assert_num_queries):
    with django_assert_num_queries(4):
        status()
