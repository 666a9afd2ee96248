"""What the Celery workers do for batches, in this process."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from celery.signals import worker_init, worker_ready, worker_shutting_down
from django.db import connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from batch_app import bell, tasks
from batch_app.models import BatchItem, BatchRun, BatchTask, BatchWorker
from batch_app.running import lane
from batch_app.submission import ABANDONED_AFTER
from batch_app.tests.batches import together
from batch_app.tests.rows import batch
from batch_app.tests.turns import statuses
from providers_app.models import UsageRecord
from rtrag_site.tests.processes import until

pytestmark = pytest.mark.usefixtures("rings", "hurry")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR, settings.BATCH_PROCESSES = tmp_path, 1
    monkeypatch.setattr(tasks._Stop, "flag", None)


def consumer(*queues: str) -> Mock:
    """What Celery's signals come from, in a worker that takes what is in `queues`."""
    return Mock(**{"app.amqp.queues.consume_from": dict.fromkeys(queues)})


def work() -> None:
    tasks.work.apply(throw=True)


@pytest.mark.usefixtures("database")
def test_worker_answers_what_waits_and_leaves_nothing_behind(crowd):
    task = batch("pending", "pending", "completed", status="pending")
    work()
    assert statuses(task) == ["completed"] * 3
    assert not BatchRun.objects.exists()
    assert UsageRecord.objects.filter(origin="batch").count() == 2
    with lane() as name:
        assert name


@pytest.mark.usefixtures("postgres")
def test_worker_gives_back_every_connection(crowd):
    """The pool of a process has few, and the process works for weeks."""
    for _ in range(3):
        batch("pending", status="pending")
        work()
    connections["default"].close()
    own: Any = connections["default"]
    until(lambda: (known := own.pool.get_stats())["pool_available"] == known["pool_size"], "connections given back")


@pytest.mark.django_db(transaction=True)
def test_worker_goes_on_with_what_a_killed_one_had(crowd):
    task = batch("running", "running", "pending")
    with lane() as name:
        killed = BatchRun.objects.create(lane=name, pid=1)
    BatchItem.objects.filter(status="running").update(claim=killed.pk)
    work()
    assert statuses(task) == ["completed"] * 3
    assert list(task.items.values_list("delays", flat=True)) == [1, 1, 0]
    assert len(crowd.requests) == 3


@pytest.mark.django_db(transaction=True)
def test_worker_without_a_free_lane_leaves_the_work_to_others(crowd):
    task = batch("pending")
    with lane():
        work()
    assert statuses(task) == ["pending"]
    assert not crowd.requests


@pytest.mark.django_db(transaction=True)
def test_two_calls_of_workers_ask_nothing_twice(crowd):
    task = batch(*["pending"] * 20)
    together(work, work)
    work()
    assert statuses(task) == ["completed"] * 20
    assert len(crowd.requests) == 20


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["paused", "completed", "failed", "cancelled"])
def test_no_run_begins_where_nothing_is_to_be_done(monkeypatch, status):
    batch("pending", status=status)
    batch("pending", is_complete=False)
    monkeypatch.setattr(tasks, "lane", None)
    work()


@pytest.mark.django_db
def test_worker_does_nothing_while_batches_are_switched_off(settings, monkeypatch):
    settings.BATCH_ENABLED = False
    task = batch("pending")
    monkeypatch.setattr(tasks, "lane", None)
    work()
    assert statuses(task) == ["pending"]
    assert not BatchWorker.objects.exists()


@pytest.mark.django_db
def test_worker_is_seen_again_after_a_while_and_those_long_gone_are_forgotten():
    now = timezone.now()
    BatchWorker.objects.create(name="gone", seen_at=now - tasks.FORGET_WORKERS_AFTER - timedelta(minutes=1))
    BatchWorker.objects.create(name="away", seen_at=now - tasks.FORGET_WORKERS_AFTER + timedelta(minutes=1))
    work()
    own = BatchWorker.objects.exclude(name="away").get()
    assert own.seen_at >= now
    work()
    assert BatchWorker.objects.get(pk=own.pk).seen_at == own.seen_at
    BatchWorker.objects.filter(pk=own.pk).update(seen_at=now - tasks.SEEN_EVERY)
    work()
    assert BatchWorker.objects.get(pk=own.pk).seen_at >= own.seen_at


@pytest.mark.django_db
def test_worker_forgets_submissions_that_were_cut_off():
    batch("pending", is_complete=False, created_at=timezone.now() - 6 * ABANDONED_AFTER)
    young = batch("pending", is_complete=False)
    work()
    assert BatchTask.objects.get() == young


@pytest.mark.django_db
@pytest.mark.parametrize("is_away", [False, True])
def test_worker_has_webhooks_called_that_are_due(monkeypatch, is_away):
    sent = []

    def send(**options):
        sent.append(options)
        if is_away:
            raise OperationalError

    monkeypatch.setattr(tasks.deliver_webhooks, "apply_async", send)
    work()
    assert not sent
    batch("completed", status="completed", webhook_url="https://example.com", webhook_due_at=timezone.now())
    work()
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_worker_that_shuts_down_lets_its_run_give_everything_back(scripted, gate):
    task = batch("pending", "pending", concurrency=1)
    worker_init.send(sender=consumer("batches"))

    def shut_down() -> None:
        until(lambda: scripted.requests, "a question that is asked")
        worker_shutting_down.send(sender=None)

    together(work, shut_down)
    assert list(task.items.values_list("status", "claim", "attempts")) == [("pending", None, 0)] * 2
    assert scripted.stopped == ["What is 0?"]
    assert not BatchRun.objects.exists()


def test_worker_looks_when_it_is_ready_and_then_again_and_again(rings):
    ready = consumer("others", "batches")
    worker_ready.send(sender=ready)
    assert rings == [bell.EXPIRES_S]
    [(seconds, look), options] = ready.timer.call_repeatedly.call_args
    assert seconds == tasks.TICK_S
    look(**options["kwargs"])
    assert rings == [bell.EXPIRES_S, tasks.TICK_S]


def test_worker_that_takes_no_batches_does_not_look_for_them(rings):
    ready = consumer("others")
    worker_init.send(sender=ready)
    worker_ready.send(sender=ready)
    assert not rings
    assert not ready.timer.call_repeatedly.called
    assert tasks._Stop.flag is None


@pytest.mark.parametrize("ring", [bell.ring_now, lambda: bell.ring_quietly(1)], ids=["now", "quietly"])
def test_broker_that_is_away_is_no_failure(monkeypatch, ring):
    def fail(*_):
        raise OperationalError

    monkeypatch.setattr(bell, "_send", fail)
    ring()
