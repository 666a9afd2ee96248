"""Batches on record. The database is the truth about them; what travels through the broker is but a doorbell."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BatchTask(models.Model):
    """A list of questions that is answered as a whole.

    Nobody sees it before `is_complete`: until then its items are still being written. `after` is the task that it
    waits for; `search` is None where the question decides. Of the webhook's fields `webhook_due_at` is None where
    nothing is to be sent, or nothing any more.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        COMPLETED = "completed", _("completed")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Origin(models.TextChoices):
        API = "api", _("HTTP API")
        PAGE = "page", _("form")
        COMMAND = "command", _("command line")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    origin = models.CharField(_("submitted by"), max_length=8, choices=Origin.choices, default=Origin.API)
    total = models.PositiveIntegerField(_("questions"))
    skipped = models.PositiveIntegerField(_("lines left out"), default=0)
    is_complete = models.BooleanField(default=False, editable=False)
    provider = models.CharField(_("provider"), max_length=64, blank=True)
    search = models.BooleanField(_("web search"), null=True, blank=True)
    concurrency = models.PositiveIntegerField(_("concurrency"))
    priority = models.SmallIntegerField(_("priority"), default=0)
    start_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    after = models.ForeignKey(
        "self",
        verbose_name=_("starts after"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followers",
    )
    idempotency_key = models.CharField(max_length=255, null=True, unique=True, editable=False)  # noqa: DJ001 - many have none
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    webhook_url = models.CharField(_("webhook"), max_length=1000, blank=True)
    webhook_due_at = models.DateTimeField(null=True, editable=False)
    webhook_attempts = models.PositiveSmallIntegerField(_("attempts of the webhook"), default=0, editable=False)
    webhook_outcome = models.CharField(_("outcome of the webhook"), max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(_("submitted at"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["status", "-priority", "created_at"], name="batch_tasks_in_turn"),
            models.Index(fields=["-created_at"], name="batch_tasks_newest"),
            models.Index(
                fields=["webhook_due_at"], name="batch_webhooks_due", condition=Q(webhook_due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


OPEN = (BatchTask.Status.PENDING, BatchTask.Status.RUNNING, BatchTask.Status.PAUSED)
"""The states of a task that has not ended."""
ENDED = (BatchTask.Status.COMPLETED, BatchTask.Status.FAILED, BatchTask.Status.CANCELLED)


class BatchTransition(models.Model):
    """A change of a task's state; the first row of a task is its submission."""

    task = models.ForeignKey(BatchTask, on_delete=models.CASCADE, related_name="transitions")
    status = models.CharField(_("status"), max_length=10, choices=BatchTask.Status.choices)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.status} {self.at:%F %T}"


class BatchItem(models.Model):
    """One question of a task.

    `claim` names the run that has it; only that run may end it. `attempts` counts how often it was asked,
    `delays` how often it was put off because nobody could answer just then, or its worker died. `result` is the
    answer's text, `sources` what it rests on, `metadata` the fields of an `answer` frame's end besides, and `error`
    holds `code`, `message` and `reason`, and with `SERVER_ERROR` the `error_id` of its cause in the log.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        RUNNING = "running", _("running")
        COMPLETED = "completed", _("completed")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    task = models.ForeignKey(BatchTask, on_delete=models.CASCADE, related_name="items")
    index = models.PositiveIntegerField(_("number"))
    custom_id = models.CharField(_("own id"), max_length=128, blank=True)
    text = models.TextField(_("question"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    claim = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    delays = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    result = models.TextField(_("answer"), blank=True)
    sources = models.JSONField(_("sources"), default=list)
    metadata = models.JSONField(_("metadata"), default=dict)
    usage = models.JSONField(_("usage"), default=dict)
    error = models.JSONField(_("error"), null=True)

    class Meta:
        verbose_name = _("question of a batch")
        verbose_name_plural = _("questions of batches")
        ordering: ClassVar = ["task", "index"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "index"], name="batch_item_has_one_place")]
        indexes: ClassVar = [
            models.Index(fields=["task", "status", "index"], name="batch_items_in_turn"),
            models.Index(fields=["task", "ended_at"], name="batch_items_ended"),
            models.Index(fields=["claim"], name="batch_items_claimed", condition=Q(status="running")),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.index}"


OPEN_ITEMS = (BatchItem.Status.PENDING, BatchItem.Status.RUNNING)
"""The states of those that have not ended."""


class BatchRun(models.Model):
    """A process that answers questions of batches now.

    `lane` is the place that it holds on its machine: whoever takes that place next knows that this run is over.
    Others go by `seen_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lane = models.CharField(_("worker"), max_length=128, unique=True)
    pid = models.PositiveIntegerField(_("process"))
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    seen_at = models.DateTimeField(_("seen at"), default=timezone.now)
    in_flight = models.PositiveIntegerField(_("questions in flight"), default=0)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return self.lane


class BatchWorker(models.Model):
    """A Celery worker that takes batches, seen lately."""

    name = models.CharField(_("name"), max_length=255, primary_key=True)
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name
