from datetime import timedelta

import pytest
from django.utils import timezone

from knowledge_app.models import Document
from knowledge_app.recovery import LEASE, MAX_ATTEMPTS, recover

pytestmark = pytest.mark.django_db
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
