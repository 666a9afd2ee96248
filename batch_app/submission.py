"""Puts a batch on record. Whoever is told its id can rely on all of it."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

import msgspec
from django import db
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from batch_app import admission, bell, bulk, destinations
from batch_app.entries import MAX_ENTRIES, Entries, lines_view
from batch_app.models import BatchTask, BatchTransition
from batch_app.refusals import Code, RefusedError, invalid, wrong_size
from providers_app.models import ProviderConfig

ABANDONED_AFTER = timedelta(minutes=2)
"""A submission that has not been written by then never will be."""
DEFAULT_CONCURRENCY = 10
PRIORITIES = range(-10, 11)


@dataclass(frozen=True, slots=True)
class Options:
    """How a batch is to be run.

    `provider` is who shall answer, "" for whoever is active; `search` says whether the web is searched, None where the
    question decides; `concurrency` is how many questions are asked at a time, None for the default; a higher
    `priority` goes first. It starts no earlier than `start_at`, nor before the batch `after` has ended, however that
    ends. `webhook_url` is called at the end.
    """

    provider: str = ""
    search: bool | None = None
    concurrency: int | None = None
    priority: int = 0
    start_at: datetime | None = None
    after: UUID | None = None
    webhook_url: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody hands in. With `skip_invalid` lines that are wrong are left out, else they are refused."""

    name: str
    entries: Entries
    description: str = ""
    options: Options = field(default_factory=Options)
    origin: BatchTask.Origin = BatchTask.Origin.API
    skip_invalid: bool = False
    idempotency_key: str = ""


def submit(submission: Submission) -> tuple[BatchTask, bool]:
    """Write the batch down and call the workers; whether it is a new one, or that of the same key.

    Raises `RefusedError`: for every line that is wrong at once, for options that do not fit, for a full queue.
    """
    _check_entries(submission)
    fingerprint = _fingerprint(submission)
    if submission.idempotency_key and (known := _known(submission.idempotency_key, fingerprint)):
        return known, False  # whatever has become of its options since
    _check_options(submission.options, submission.origin)
    try:
        task = _begin(submission, fingerprint)
    except IntegrityError:  # the same key, at the same moment
        known = _known(submission.idempotency_key, fingerprint)
        if known is None:
            raise
        return known, False
    try:
        _write_items(task, submission.entries)
        _complete(task)
    except Exception as error:
        with suppress(db.Error):  # where it cannot be deleted either, it counts as abandoned in a while
            _delete_unwritten(BatchTask.objects.filter(pk=task.pk))
        if isinstance(error, IntegrityError):  # it counted as abandoned meanwhile
            raise RefusedError(Code.SERVICE_UNAVAILABLE, "Writing the batch took too long.") from error
        raise
    return task, True


def _check_entries(submission: Submission) -> None:
    if not settings.BATCH_ENABLED:
        raise RefusedError(Code.SERVICE_UNAVAILABLE, "Batches are switched off (BATCH_ENABLED).")
    entries = submission.entries
    if entries.bad and not submission.skip_invalid:
        message = f"{len(entries.bad)} lines cannot be taken; `skip_invalid` takes the others."
        raise invalid(message, field="texts", lines=lines_view(entries.bad))
    if not 1 <= len(entries.good) <= MAX_ENTRIES:
        raise wrong_size(str(len(entries.good)), MAX_ENTRIES)


def _check_options(options: Options, origin: BatchTask.Origin) -> None:
    if options.concurrency is not None and not 1 <= options.concurrency <= settings.BATCH_MAX_CONCURRENT:
        message = f"The concurrency is a number from 1 to {settings.BATCH_MAX_CONCURRENT}."
        raise invalid(message, field="options.concurrency", limit=settings.BATCH_MAX_CONCURRENT)
    if options.priority not in PRIORITIES:
        message = f"The priority is a number from {PRIORITIES[0]} to {PRIORITIES[-1]}."
        raise invalid(message, field="options.priority")
    if options.provider and not _may_choose(options.provider, origin):
        raise invalid("This provider may not be chosen.", field="options.provider")
    if options.after and not BatchTask.objects.filter(pk=options.after, is_complete=True).exists():
        raise invalid("No batch has the id to start after.", field="options.after")
    if options.webhook_url:
        destinations.check_url(options.webhook_url)


def _may_choose(provider: str, origin: BatchTask.Origin) -> bool:
    """The command line is an operator's, who may choose any."""
    rows = ProviderConfig.objects.filter(name=provider, is_enabled=True)
    return (rows if origin == BatchTask.Origin.COMMAND else rows.filter(is_choosable=True)).exists()


def _fingerprint(submission: Submission) -> str:
    wanted = (submission.name, submission.description, submission.options, submission.entries.good)
    return hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()


def _known(key: str, fingerprint: str) -> BatchTask | None:
    """The batch of that key. Raises `RefusedError` where the key was used for another one, or is in use right now."""
    task = BatchTask.objects.filter(idempotency_key=key).first()
    if task is None:
        return None
    if task.fingerprint != fingerprint:
        message = "This Idempotency-Key was used for another batch."
        raise RefusedError(Code.INVALID_MESSAGE, message, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if task.is_complete:
        return task
    if task.created_at > timezone.now() - ABANDONED_AFTER:
        message = "A batch with this Idempotency-Key is being written just now."
        raise RefusedError(Code.TASK_FAILED, message, retry_after_s=2)
    _delete_unwritten(BatchTask.objects.filter(pk=task.pk))
    return None


def _begin(submission: Submission, fingerprint: str) -> BatchTask:
    """The batch without its questions, which nobody sees yet."""
    options = submission.options
    with transaction.atomic():
        admission.take_turn()
        admission.demand_room()
        return BatchTask.objects.create(
            name=submission.name,
            description=submission.description,
            origin=submission.origin,
            total=len(submission.entries.good),
            skipped=len(submission.entries.bad),
            provider=options.provider,
            search=options.search,
            concurrency=options.concurrency or min(DEFAULT_CONCURRENCY, settings.BATCH_MAX_CONCURRENT),
            priority=options.priority,
            start_at=options.start_at,
            after_id=options.after,
            webhook_url=options.webhook_url,
            idempotency_key=submission.idempotency_key or None,
            fingerprint=fingerprint,
        )


def _write_items(task: BatchTask, entries: Entries) -> None:
    bulk.insert(task, entries.good)  # in short transactions, for a long one would make live speech wait


def _complete(task: BatchTask) -> None:
    with transaction.atomic():
        BatchTask.objects.filter(pk=task.pk).update(is_complete=True)
        BatchTransition.objects.create(task=task, status=task.status)
        bell.ring()
    task.is_complete = True


def forget_abandoned() -> None:
    """Delete what is left of submissions whose process died; what has ended is being deleted by somebody else."""
    long_ago = timezone.now() - 5 * ABANDONED_AFTER
    abandoned = BatchTask.objects.filter(is_complete=False, ended_at=None, created_at__lt=long_ago)
    if abandoned.exists():  # which is seldom, and asked every second: a transaction would lock SQLite each time
        _delete_unwritten(abandoned)


def _delete_unwritten(tasks: QuerySet[BatchTask]) -> None:
    """Those that are not complete, which none of them can become meanwhile."""
    with transaction.atomic():
        found = list(tasks.filter(is_complete=False).select_for_update().values_list("pk", flat=True))
        BatchTask.objects.filter(pk__in=found).delete()
