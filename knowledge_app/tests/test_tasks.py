from unittest.mock import Mock

import pytest

from knowledge_app import tasks
from knowledge_app.models import Document
from knowledge_app.tasks import enqueue
from knowledge_app.tests.documents import taken_in


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library_dir", "dead_broker")
def test_broker_that_is_away_is_told_once_and_leaves_documents_queued(caplog):
    told: list[str] = []
    enqueue([taken_in("Apples."), taken_in("Pears.", "pears.md")], undelivered=lambda: told.append("away"))
    assert told == ["away"]
    assert [record.getMessage() for record in caplog.records] == ["The broker cannot be reached; documents stay queued"]
    assert set(Document.objects.values_list("state", flat=True)) == {"queued"}


@pytest.mark.parametrize(("queues", "looks"), [(["celery"], True), (["celery", "batches"], True), (["batches"], False)])
def test_only_a_worker_that_takes_documents_looks_for_those_left_behind(monkeypatch, queues, looks):
    sent = Mock()
    monkeypatch.setattr(tasks.recover, "apply_async", sent)
    ready = Mock(**{"app.amqp.queues.consume_from": dict.fromkeys(queues), "app.conf.task_default_queue": "celery"})
    tasks.recover_now_and_again(sender=ready)
    assert sent.called is looks
    assert ready.timer.call_repeatedly.called is looks
