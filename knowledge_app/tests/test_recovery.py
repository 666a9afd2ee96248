import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from knowledge_app import index, recovery
from knowledge_app.generations import Generations
from knowledge_app.models import Document
from knowledge_app.recovery import LEASE, MAX_ATTEMPTS, recover
from knowledge_app.tests.indexes import passage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
LONG_AGO = LEASE + timedelta(seconds=1)


def stored(title: str, state: str, age: timedelta = timedelta(0), attempts: int = 1) -> Document:
    return Document.objects.create(
        title=title, content_hash=title, state=state, state_since=timezone.now() - age, attempts=attempts
    )


def titles(documents: list[Document]) -> list[str]:
    return [document.title for document in documents]


def test_only_what_outlived_the_lease_is_sent_again():
    stored("fresh", "indexing")
    stored("stuck", "indexing", LONG_AGO)
    stored("waiting", "queued")
    stored("forgotten", "queued", 2 * LONG_AGO)
    stored("ready", "ready", LONG_AGO)
    stored("failed", "failed", LONG_AGO)
    assert titles(recover()) == ["forgotten", "stuck"]
    stuck = Document.objects.get(title="stuck")
    assert (stuck.state, stuck.revision) == ("queued", 2)


def test_what_was_sent_again_gets_another_lease():
    stored("forgotten", "queued", LONG_AGO)
    assert titles(recover()) == ["forgotten"]
    assert recover() == []


def test_starting_worker_asks_for_all_that_is_queued():
    stored("waiting", "queued")
    stored("fresh", "indexing")
    assert titles(recover(all_queued=True)) == ["waiting"]


def test_document_that_kills_its_workers_fails_in_the_end():
    stored("deadly", "indexing", LONG_AGO, attempts=MAX_ATTEMPTS)
    assert recover() == []
    deadly = Document.objects.get()
    assert deadly.state == "failed"
    assert "interrupted" in deadly.failure


def test_what_the_index_has_of_deleted_documents_goes():
    kept, lost = stored("kept", "ready"), uuid.uuid4()  # as when a process dies between the commit and what follows it
    for document_id in (kept.pk, lost):
        index.replace_document(document_id, "Title", [passage("apples")])
    recover()
    assert index.document_ids() == {kept.pk}


def test_busy_index_does_not_keep_waiting_documents_from_recovery(monkeypatch):
    monkeypatch.setattr(recovery, "INDEX_WAIT_S", 0.0)
    stored("forgotten", "queued", LONG_AGO)
    lost = uuid.uuid4()
    index.replace_document(lost, "Title", [passage("apples")])
    with Generations(settings.DATA_DIR / "index").locked():
        assert titles(recover()) == ["forgotten"]
    assert index.document_ids() == {lost}
    recover()
    assert index.document_ids() == set()
