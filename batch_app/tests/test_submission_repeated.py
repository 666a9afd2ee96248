"""Submissions that come again, and those that come at the same moment."""

import threading
from http import HTTPStatus

import pytest
from django.db import OperationalError
from django.utils import timezone

from batch_app import submission
from batch_app.entries import Entries, Entry
from batch_app.models import BatchItem, BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.submission import Options, Submission, submit
from batch_app.tests.batches import TIMEOUT_S, together
from batch_app.tests.test_submission import QUESTIONS, handed_in, refused
from providers_app.models import ProviderConfig

pytestmark = pytest.mark.usefixtures("rings")


@pytest.mark.django_db
def test_repeated_submission_gets_the_batch_that_there_is(rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, _ = submit(handed_in(idempotency_key="k"))
        again, is_new = submit(handed_in(idempotency_key="k"))
        other, is_other_new = submit(handed_in(idempotency_key="l"))
    assert (again.pk, is_new, is_other_new) == (first.pk, False, True)
    assert other.pk != first.pk
    assert BatchItem.objects.count() == 4
    assert len(rings) == 2


@pytest.mark.django_db
def test_repeated_submission_gets_its_batch_whatever_has_become_of_the_options(settings):
    ProviderConfig.objects.create(name="open", kind="custom", is_choosable=True)
    wanted = handed_in(idempotency_key="k", options=Options("open"))
    first, _ = submit(wanted)
    ProviderConfig.objects.all().delete()
    settings.BATCH_MAX_QUEUE_SIZE = 1
    assert submit(wanted)[0].pk == first.pk


@pytest.mark.parametrize(
    "other",
    [
        Submission("Exams", QUESTIONS, idempotency_key="k"),
        Submission("Exam", QUESTIONS, "Of June", idempotency_key="k"),
        Submission("Exam", Entries([Entry("Why?"), Entry("How?")]), idempotency_key="k"),
        Submission("Exam", QUESTIONS, options=Options(priority=1), idempotency_key="k"),
    ],
    ids=["name", "description", "custom_id", "options"],
)
@pytest.mark.django_db
def test_key_of_another_batch_is_refused(other):
    submit(handed_in(idempotency_key="k"))
    assert refused(other).status == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.django_db
def test_key_of_a_submission_that_was_cut_off_can_be_used_after_a_while(monkeypatch):
    wanted = handed_in(idempotency_key="k")
    with monkeypatch.context() as patch:
        patch.setattr(submission, "_complete", lambda _: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            submit(wanted)
    error = refused(wanted)
    assert (error.status, error.code) == (HTTPStatus.CONFLICT, Code.TASK_FAILED)
    assert error.retry_after_s
    BatchTask.objects.update(created_at=timezone.now() - submission.ABANDONED_AFTER)
    task, is_new = submit(wanted)
    assert is_new
    assert [each.index for each in BatchItem.objects.all()] == [0, 1]
    assert BatchTask.objects.get() == task


@pytest.mark.django_db
def test_submission_that_the_database_fails_leaves_nothing_behind(monkeypatch):
    wanted = handed_in(idempotency_key="k")
    with monkeypatch.context() as patch:
        patch.setattr(submission, "_write_items", lambda *_: (_ for _ in ()).throw(OperationalError))
        with pytest.raises(OperationalError):
            submit(wanted)
    assert not BatchTask.objects.exists()
    assert submit(wanted)[1]


@pytest.mark.usefixtures("database")
def test_same_submission_twice_at_the_same_moment_is_one_batch(monkeypatch):
    """Both look for the key before either has written anything."""
    both = threading.Barrier(2, timeout=TIMEOUT_S)
    monkeypatch.setattr(submission, "_check_options", lambda *_: both.wait())

    def send():
        try:
            return submit(handed_in(idempotency_key="k"))[1]
        except RefusedError as error:
            return error.status

    outcomes = together(send, send)
    assert set(outcomes) <= {True, False, HTTPStatus.CONFLICT}
    assert outcomes.count(True) == 1
    assert BatchTask.objects.get().items.count() == 2


@pytest.mark.usefixtures("database")
def test_writer_that_was_given_up_tells_no_id(monkeypatch):
    """It was so slow that the same submission has come again, and its batch is another."""
    write, is_slow, goes_on = submission._write_items, threading.Event(), threading.Event()

    def write_slowly(task, entries):
        if not is_slow.is_set():
            is_slow.set()
            assert goes_on.wait(TIMEOUT_S)
        write(task, entries)

    def send_slowly():
        with pytest.raises(RefusedError, match="took too long"):
            submit(handed_in(idempotency_key="k"))

    def send_again():
        assert is_slow.wait(TIMEOUT_S)
        BatchTask.objects.update(created_at=timezone.now() - submission.ABANDONED_AFTER)
        task, _ = submit(handed_in(idempotency_key="k"))
        goes_on.set()
        return task.pk

    monkeypatch.setattr(submission, "_write_items", write_slowly)
    _, told = together(send_slowly, send_again)
    found = BatchTask.objects.get()
    assert (found.pk, found.is_complete, found.items.count()) == (told, True, 2)


@pytest.mark.usefixtures("database")
def test_writer_that_ends_while_it_is_being_given_up_keeps_its_batch(monkeypatch):
    """Whoever gives it up has seen that it is not complete; it is when they come to delete it."""
    has_begun, is_being_deleted, is_written = threading.Event(), threading.Event(), threading.Event()
    delete = submission._delete_unwritten

    def write(task, entries):
        BatchTask.objects.filter(pk=task.pk).update(created_at=timezone.now() - submission.ABANDONED_AFTER)
        BatchItem.objects.bulk_create(BatchItem(task=task, index=n, text=e.text) for n, e in enumerate(entries.good))
        has_begun.set()
        assert is_being_deleted.wait(TIMEOUT_S)

    def delete_late(tasks):
        is_being_deleted.set()
        assert is_written.wait(TIMEOUT_S)
        delete(tasks)

    def first():
        task, _ = submit(handed_in(idempotency_key="k"))
        is_written.set()
        return task.pk

    def second():
        assert has_begun.wait(TIMEOUT_S)
        task, is_new = submit(handed_in(idempotency_key="k"))
        return task.pk, is_new

    monkeypatch.setattr(submission, "_write_items", write)
    monkeypatch.setattr(submission, "_delete_unwritten", delete_late)
    told, second_told = together(first, second)
    assert second_told == (told, False)
    assert BatchTask.objects.get().pk == told
