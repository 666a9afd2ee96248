"""Webhooks at the end of a batch, over real sockets."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from batch_app import control, webhooks
from batch_app.entries import Entries, Entry
from batch_app.models import BatchItem, BatchTask
from batch_app.submission import Options, Submission, submit
from batch_app.tests.receiver import Receiver, receiving
from rtrag_site.environment import signing_secret

pytestmark = pytest.mark.django_db
Status = BatchTask.Status


@pytest.fixture(autouse=True)
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.PROVIDER_PRIVATE_ADDRESSES = ["127.0.0.1"]
    with receiving() as started:
        yield started


def ended(url: str, status: Status = Status.COMPLETED) -> UUID:
    """A batch that has just ended."""
    task, _ = submit(Submission("Exam", Entries([Entry("Why?")]), options=Options(webhook_url=url)))
    end(task.pk, status)
    return task.pk


def end(task_id: UUID, status: Status) -> None:
    with control.changing(task_id) as task:
        task.items.update(status=BatchItem.Status(status), error={"code": "RAG_ERROR"})
        control.end(task, status)


def record_of(task_id: UUID) -> tuple[str, int]:
    task = BatchTask.objects.get(pk=task_id)
    return task.webhook_outcome, task.webhook_attempts


def due_in(task_id: UUID) -> float | None:
    """Seconds until the next attempt."""
    due_at = BatchTask.objects.get(pk=task_id).webhook_due_at
    return (due_at - timezone.now()).total_seconds() if due_at else None


def make_due(task_id: UUID) -> None:
    BatchTask.objects.filter(pk=task_id).update(webhook_due_at=timezone.now())


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_end_of_a_batch_is_told_once(receiver, settings, status):
    task_id = ended(receiver.url, status)
    assert webhooks.has_due()
    webhooks.deliver_due()
    webhooks.deliver_due()
    [call] = receiver.received
    assert call.headers["content-type"] == "application/json"
    message = Webhook(settings.WEBHOOK_SECRETS[0]).verify(call.body, call.headers)
    assert message["type"] == f"batch.{status}"
    assert message["timestamp"] == message["data"]["ended_at"]
    assert (message["data"]["task_id"], message["data"]["status"]) == (str(task_id), status)
    assert message["data"]["progress"][status] == 1
    assert record_of(task_id) == ("delivered", 1)
    assert not webhooks.has_due()


def test_altered_body_does_not_fit_its_signature(receiver, settings):
    ended(receiver.url)
    webhooks.deliver_due()
    [call] = receiver.received
    with pytest.raises(WebhookVerificationError):
        Webhook(settings.WEBHOOK_SECRETS[0]).verify(call.body.replace(b"Exam", b"Ruin"), call.headers)


def test_each_of_several_secrets_verifies(receiver, settings):
    settings.WEBHOOK_SECRETS = [signing_secret(), signing_secret()]
    ended(receiver.url)
    webhooks.deliver_due()
    for secret in settings.WEBHOOK_SECRETS:
        assert Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)


def test_batch_without_a_webhook_calls_nobody():
    ended("")
    assert not webhooks.has_due()


def test_failed_call_is_repeated_later_under_the_same_id(receiver):
    receiver.replies = [(500, {}), (302, {"location": f"{receiver.url}/elsewhere"}), (200, {})]
    task_id = ended(receiver.url)
    for attempt, (outcome, delay_s) in enumerate([("failed: 500", 5), ("failed: 302", 30)], start=1):
        webhooks.deliver_due()
        assert record_of(task_id) == (outcome, attempt)
        assert due_in(task_id) == pytest.approx(delay_s, abs=4)
        assert not webhooks.has_due()
        make_due(task_id)
    webhooks.deliver_due()
    assert record_of(task_id) == ("delivered", 3)
    assert [call.path for call in receiver.received] == ["/hook"] * 3
    assert len({call.headers["webhook-id"] for call in receiver.received}) == 1


def test_receiver_that_never_accepts_is_given_up(receiver):
    receiver.replies = [(503, {})]
    task_id = ended(receiver.url)
    delays = []
    while webhooks.has_due():
        webhooks.deliver_due()
        delays.append(due_in(task_id))
        if delays[-1] is not None:
            make_due(task_id)
    assert delays == [*(pytest.approx(each.total_seconds(), abs=4) for each in webhooks.DELAYS), None]
    assert record_of(task_id) == ("failed: 503", len(webhooks.DELAYS) + 1)


@pytest.mark.parametrize(("asked_for", "waited_s"), [("120", 120), ("1", 5), ("999999", 3_600), ("soon", 5)])
def test_retry_after_is_respected_within_bounds(receiver, asked_for, waited_s):
    receiver.replies = [(429, {"retry-after": asked_for})]
    task_id = ended(receiver.url)
    webhooks.deliver_due()
    assert due_in(task_id) == pytest.approx(waited_s, abs=4)


def test_receiver_that_is_gone_is_left_alone(receiver):
    receiver.replies = [(410, {"retry-after": "1"})]
    task_id = ended(receiver.url)
    webhooks.deliver_due()
    assert (record_of(task_id), due_in(task_id)) == (("failed: 410", 1), None)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_private_address_is_refused_and_not_called(receiver, settings, host):
    task_id = ended(receiver.url.replace("127.0.0.1", host))
    settings.PROVIDER_PRIVATE_ADDRESSES = []
    settings.OLLAMA_BASE_URL = f"http://{host}:11434"  # which its providers may have
    webhooks.deliver_due()
    assert (record_of(task_id), due_in(task_id)) == (("refused: address", 1), None)
    assert receiver.received == []


def test_receiver_that_does_not_answer_is_a_timeout(receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "TIMEOUT_S", 0.2)
    over = threading.Event()
    receiver.before = over.wait
    task_id = ended(receiver.url)
    webhooks.deliver_due()
    over.set()
    assert record_of(task_id) == ("failed: timeout", 1)


def test_nobody_listening_is_unreachable(receiver):
    task_id = ended("http://127.0.0.1:1/hook")
    webhooks.deliver_due()
    assert record_of(task_id) == ("failed: unreachable", 1)


def test_several_are_called_at_the_same_time(receiver):
    receiver.before = threading.Barrier(3, timeout=5).wait
    tasks = [ended(receiver.url) for _ in range(3)]
    webhooks.deliver_due()
    assert [record_of(task_id) for task_id in tasks] == [("delivered", 1)] * 3


def test_claimed_call_belongs_to_one_worker_until_its_lease_has_passed(receiver):
    task_id = ended(receiver.url)
    [lost] = webhooks._claim()  # by a worker that is killed now
    webhooks.deliver_due()
    assert receiver.received == []
    BatchTask.objects.filter(pk=task_id).update(webhook_due_at=lost.lease - webhooks.LEASE - timedelta(seconds=1))
    webhooks.deliver_due()
    assert record_of(task_id) == ("delivered", 2)
    assert [call.headers["webhook-id"] for call in receiver.received] == [lost.message_id]
    webhooks._record(lost, webhooks._Outcome("failed: timeout"))  # it was only slow
    assert record_of(task_id) == ("delivered", 2)


def test_batch_that_is_retried_tells_its_next_end_as_another(receiver):
    task_id = ended(receiver.url, Status.FAILED)
    webhooks.deliver_due()
    control.retry(task_id)
    assert not webhooks.has_due()
    end(task_id, Status.COMPLETED)
    webhooks.deliver_due()
    assert [json.loads(call.body)["type"] for call in receiver.received] == ["batch.failed", "batch.completed"]
    assert len({call.headers["webhook-id"] for call in receiver.received}) == 2
    assert record_of(task_id) == ("delivered", 1)


def test_batch_that_is_retried_before_its_end_was_told_keeps_quiet(receiver):
    receiver.replies = [(500, {})]
    task_id = ended(receiver.url, Status.FAILED)
    webhooks.deliver_due()
    control.retry(task_id)
    assert due_in(task_id) is None


def test_what_goes_wrong_unforeseen_with_one_call_holds_up_no_other(receiver, monkeypatch, caplog):
    broken, fine = ended(f"{receiver.url}?broken"), ended(receiver.url)
    monkeypatch.setattr(webhooks, "_headers", lambda call: {} if call.task == fine else 1 / 0)
    webhooks.deliver_due()
    assert record_of(broken) == ("failed: error", 1)
    assert record_of(fine) == ("delivered", 1)
    assert due_in(broken) == pytest.approx(5, abs=4)


def test_log_says_what_came_of_it_but_not_where(receiver, caplog):
    task_id = ended(f"{receiver.url}?token=hidden")
    with caplog.at_level(logging.INFO):
        webhooks.deliver_due()
    assert f"{task_id}: delivered" in caplog.text
    assert receiver.received[0].path == "/hook?token=hidden"
    assert "hidden" not in caplog.text
