"""Batches on their way into the database."""

import uuid
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.utils import timezone

from batch_app import control, submission
from batch_app.entries import MAX_ENTRIES, BadLine, Entries, Entry, Problem
from batch_app.models import BatchItem, BatchRun, BatchTask
from batch_app.refusals import Code, RefusedError
from batch_app.running.turn import Wish, take_turn
from batch_app.submission import Options, Submission, submit
from batch_app.tests.rows import batch
from providers_app.models import ProviderConfig

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]
QUESTIONS = Entries([Entry("Why?"), Entry("How?", "second")])
MIXED = Entries([Entry("Why?")], [BadLine(2, Problem.EMPTY), BadLine(7, Problem.TOO_LONG)])


def handed_in(entries=QUESTIONS, **fields) -> Submission:
    return Submission("Exam", entries, **fields)


def refused(wanted: Submission) -> RefusedError:
    """Why it is refused; nothing of it is on record."""
    before = list(BatchTask.objects.values_list("pk"))
    with pytest.raises(RefusedError) as caught:
        submit(wanted)
    assert list(BatchTask.objects.values_list("pk")) == before
    return caught.value


def test_submission_is_on_record_as_it_was_handed_in(settings):
    before = batch("pending")
    start_at = timezone.now() + timedelta(days=1)
    options = Options("", True, 7, -3, start_at, before.pk)
    task, is_new = submit(handed_in(options=options, description="Of June", origin=BatchTask.Origin.PAGE))
    found = BatchTask.objects.get(pk=task.pk)
    assert is_new
    assert found.is_complete
    assert (found.name, found.description, found.origin, found.status) == ("Exam", "Of June", "page", "pending")
    assert (found.search, found.concurrency, found.priority) == (True, 7, -3)
    assert (found.start_at, found.after_id, found.total) == (start_at, before.pk, 2)
    asked = list(found.items.values_list("index", "text", "custom_id", "status", "claim", "attempts"))
    assert asked == [(0, "Why?", "", "pending", None, 0), (1, "How?", "second", "pending", None, 0)]
    assert [each.status for each in found.transitions.all()] == ["pending"]


def test_workers_are_called_once_it_is_on_record(rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        submit(handed_in())
        assert rings == []
    assert len(rings) == 1


@pytest.mark.parametrize(("most", "concurrency"), [(100, submission.DEFAULT_CONCURRENCY), (4, 4)])
def test_concurrency_has_a_default_within_the_bound(settings, most, concurrency):
    settings.BATCH_MAX_CONCURRENT = most
    assert submit(handed_in())[0].concurrency == concurrency


def test_all_wrong_lines_are_named_at_once():
    error = refused(handed_in(MIXED))
    assert (error.code, error.status) == (Code.INVALID_MESSAGE, HTTPStatus.BAD_REQUEST)
    assert error.details["lines"] == [{"line": 2, "problem": "empty"}, {"line": 7, "problem": "too_long"}]


def test_wrong_lines_are_left_out_where_that_is_wanted():
    task, _ = submit(handed_in(MIXED, skip_invalid=True))
    assert (task.total, task.skipped, task.items.count()) == (1, 2, 1)


@pytest.mark.parametrize("skip_invalid", [True, False])
def test_nothing_but_wrong_lines_is_refused(skip_invalid):
    refused(handed_in(Entries([], MIXED.bad), skip_invalid=skip_invalid))


@pytest.mark.parametrize("count", [0, MAX_ENTRIES + 1])
def test_too_few_or_too_many_questions_are_refused(count):
    assert refused(handed_in(Entries([Entry("Why?")] * count))).details == {"field": "texts", "limit": MAX_ENTRIES}


def test_as_many_questions_as_there_may_be_each_have_their_place():
    task, _ = submit(handed_in(Entries([Entry(f"Why {number}?") for number in range(MAX_ENTRIES)])))
    found = list(task.items.order_by("index").values_list("index", "text"))
    assert found == [(number, f"Why {number}?") for number in range(MAX_ENTRIES)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("concurrency", 0),
        ("concurrency", -1),
        ("concurrency", 101),
        ("priority", 11),
        ("priority", -11),
        ("provider", "unknown"),
        ("provider", "hidden"),
        ("provider", "off"),
        ("after", uuid.UUID(int=7)),
        ("webhook_url", "ftp://example.com"),
        ("webhook_url", f"https://example.com/{'x' * 1000}"),
    ],
)
def test_options_out_of_bounds_are_refused(field, value):
    ProviderConfig.objects.create(name="hidden", kind="custom")
    ProviderConfig.objects.create(name="off", kind="custom", is_choosable=True, is_enabled=False)
    error = refused(handed_in(options=Options(**{field: value})))
    assert (error.code, error.details["field"]) == (Code.INVALID_MESSAGE, f"options.{field}")


@pytest.mark.parametrize(
    ("field", "value"), [("concurrency", 1), ("concurrency", 100), ("priority", -10), ("priority", 10)]
)
def test_options_at_their_bounds_are_taken(field, value):
    assert getattr(submit(handed_in(options=Options(**{field: value})))[0], field) == value


def test_operator_may_choose_a_provider_that_clients_may_not():
    ProviderConfig.objects.create(name="hidden", kind="custom")
    task, _ = submit(handed_in(options=Options("hidden"), origin=BatchTask.Origin.COMMAND))
    assert task.provider == "hidden"


def test_provider_that_clients_may_choose_is_taken():
    ProviderConfig.objects.create(name="open", kind="custom", is_choosable=True)
    assert submit(handed_in(options=Options("open")))[0].provider == "open"


def test_batch_that_is_being_written_is_none_to_start_after():
    refused(handed_in(options=Options(after=batch("pending", is_complete=False).pk)))


def test_nothing_is_taken_while_batches_are_switched_off(settings):
    settings.BATCH_ENABLED = False
    assert refused(handed_in()).code == Code.SERVICE_UNAVAILABLE


def test_full_queue_takes_none_until_one_has_ended(settings):
    settings.BATCH_MAX_QUEUE_SIZE = 3
    batch("pending", status="pending")
    batch("pending", status="paused")
    last = batch("pending", status="running")
    for ended in ("completed", "failed", "cancelled"):
        batch("completed", status=ended)
    error = refused(handed_in())
    assert (error.code, error.status) == (Code.QUEUE_FULL, HTTPStatus.SERVICE_UNAVAILABLE)
    assert error.retry_after_s
    assert error.details == {"limit": 3}
    BatchTask.objects.filter(pk=last.pk).update(status="completed")
    assert submit(handed_in())[1]


def test_submissions_without_a_key_are_batches_of_their_own():
    assert submit(handed_in())[0].pk != submit(handed_in())[0].pk


@pytest.fixture
def dying(monkeypatch):
    """The next submission's process dies when half of it is written."""
    write = submission._write_items

    def die(task, entries):
        monkeypatch.setattr(submission, "_write_items", write)
        write(task, Entries(entries.good[:1]))
        raise SystemExit

    monkeypatch.setattr(submission, "_write_items", die)


@pytest.mark.usefixtures("dying")
def test_submission_that_was_cut_off_is_no_batch_and_is_forgotten():
    with pytest.raises(SystemExit):
        submit(handed_in())
    half = BatchTask.objects.get()
    assert (half.is_complete, half.items.count(), half.transitions.count()) == (False, 1, 0)
    submission.forget_abandoned()
    assert BatchTask.objects.exists()
    BatchTask.objects.update(created_at=timezone.now() - timedelta(hours=1))
    submission.forget_abandoned()
    assert not BatchItem.objects.exists()
    assert not BatchTask.objects.exists()


def test_batch_that_is_being_written_is_seen_by_nobody(monkeypatch):
    write, seen = submission._write_items, []

    def look(task, entries):
        write(task, entries)
        run = BatchRun.objects.create(lane="a", pid=1)
        seen.append(take_turn(run.pk, Wish(room=10)).claimed)
        for act in [control.find, *control.ACTIONS.values()]:
            with pytest.raises(RefusedError, match="No batch"):
                act(task.pk)

    monkeypatch.setattr(submission, "_write_items", look)
    task, _ = submit(handed_in())
    assert seen == [[]]
    assert control.find(task.pk) == task


def test_forgetting_keeps_what_is_complete():
    old = batch("pending", created_at=timezone.now() - timedelta(days=9))
    submission.forget_abandoned()
    assert BatchTask.objects.get() == old
