"""What was said, asked and answered. Rows are written by the journal alone; partials never get here."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RealtimeSession(models.Model):
    """A speaker's dialogue over a socket. It is live while it is seen again and again and has not ended."""

    class EndReason(models.TextChoices):
        STOPPED = "stopped", _("stopped by the client")
        DISCONNECTED = "disconnected", _("connection closed")
        SWITCHED = "switched", _("client went to another session")
        ENDED = "ended", _("ended by an operator")
        LOST = "lost", _("server went away")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=64, db_index=True, help_text=_("the session_id that the client sees"))
    is_server_made = models.BooleanField(default=True, help_text=_("whether the server chose the name"))
    client_key = models.CharField(max_length=64, help_text=_("whose session it is"))
    provider = models.CharField(
        max_length=64, blank=True, help_text=_("the one it is pinned to; empty for the active one")
    )
    language = models.CharField(max_length=8, blank=True, help_text=_("of the latest final"))
    options = models.JSONField(default=dict, help_text=_("how it is listened to"))
    last_seq = models.PositiveBigIntegerField(default=0, help_text=_("the last numbered message sent"))
    started_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(db_index=True, help_text=_("when a server last held it open"))
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=16, choices=EndReason.choices, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client_key", "name"], name="session_name_is_unique_for_a_client")
        ]

    def __str__(self) -> str:
        return self.name


class TranscriptSegment(models.Model):
    """A final that was acknowledged, what the detector made of it, and what an operator says of that.

    The verdict is on the segment joined to those before it from `utterance` on; it is empty where nothing was judged.
    """

    class Verdict(models.TextChoices):
        QUESTION = "question", _("question")
        REQUEST = "request", _("request")
        NONE = "none", _("no question")

    class Mark(models.TextChoices):
        RIGHT = "right", _("right")
        WRONG = "wrong", _("wrong")
        WORDS = "words", _("a question, but other words")

    session = models.ForeignKey(RealtimeSession, on_delete=models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField(help_text=_("counts from 0 inside the session"))
    segment_id = models.CharField(  # noqa: DJ001 - unique in its session, and most clients send none
        max_length=64, null=True, blank=True, help_text=_("the client's own name of it")
    )
    text = models.TextField()
    language = models.CharField(max_length=8)
    speaker = models.CharField(max_length=64, blank=True, help_text=_("who said it, where the client tells"))
    start_ms = models.PositiveBigIntegerField(null=True, blank=True, help_text=_("on the recogniser's clock"))
    end_ms = models.PositiveBigIntegerField(null=True, blank=True)
    utterance = models.PositiveIntegerField(null=True, blank=True, help_text=_("the index its utterance began with"))
    question_from = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("the index of the segment in which the question begins that was found")
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    confidence = models.FloatField(null=True, blank=True, help_text=_("how sure the detector was, 0 to 1"))
    reason = models.CharField(max_length=64, blank=True, help_text=_("the rule that decided"))
    mark = models.CharField(max_length=5, choices=Mark.choices, blank=True, help_text=_("whether the verdict is right"))
    marked_words = models.TextField(blank=True, help_text=_("those of the question, where they are others"))
    marked_by = models.CharField(max_length=150, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering: ClassVar = ["session", "index"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "index"], name="segment_index_is_unique"),
            models.UniqueConstraint(fields=["session", "segment_id"], name="segment_id_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} #{self.index}"

    def mark_in_words(self) -> str | Promise:
        """What the mark says of this verdict."""
        if self.mark != self.Mark.WRONG:
            return self.get_mark_display()
        return _("a question was missed") if self.verdict == self.Verdict.NONE else _("not a question")


class Question(models.Model):
    """Something to answer, and what became of it. An empty outcome means that it is still waiting or being answered."""

    class Trigger(models.TextChoices):
        DETECTED = "detected", _("heard in speech")
        INSTANT = "instant", _("asked for with a button")
        TYPED = "typed", _("typed")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("answered")
        NOT_KNOWN = "not_known", _("no answer was found")
        PARTIAL = "partial", _("partly answered")
        FAILED = "failed", _("no answer: the provider failed")
        CANCELLED = "cancelled", _("cancelled")
        DROPPED = "dropped", _("dropped: too many were waiting")
        REPLACED = "replaced", _("replaced by another question")
        IGNORED = "ignored", _("ignored: another question was being answered")
        LOST = "lost", _("lost: the server went away")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(RealtimeSession, on_delete=models.CASCADE, related_name="questions")
    segment_index = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("the final that completed it, or came last before it was typed")
    )
    text = models.TextField()
    language = models.CharField(max_length=8)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    confidence = models.FloatField(help_text=_("how sure the detector was, 0 to 1"))
    reason = models.CharField(max_length=64, help_text=_("the rule that decided"))
    speaker = models.CharField(max_length=64, blank=True, help_text=_("who asked, where the client tells"))
    replaces = models.UUIDField(
        null=True, blank=True, help_text=_("the question that its speaker had asked before going on")
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    asked_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar = ["session", "asked_at"]

    def __str__(self) -> str:
        return str(self.id)


class Answer(models.Model):
    """One attempt to answer a question, written once, when it ends; so no row is ever left streaming."""

    class Outcome(models.TextChoices):
        COMPLETE = "complete", _("complete")
        PARTIAL = "partial", _("partial: the provider failed on the way")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    class Rating(models.TextChoices):
        LIKE = "like", _("liked")
        DISLIKE = "dislike", _("disliked")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    content = models.TextField(blank=True)
    sources = models.JSONField(default=list, help_text=_("list of {position, title, content, url, score}"))
    usage = models.JSONField(default=dict)
    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=128, blank=True)
    is_cached = models.BooleanField(default=False, help_text=_("whether it was another answer to the same question"))
    memory = models.CharField(max_length=128, blank=True, help_text=_("what the vendor calls the conversation"))
    message_id = models.CharField(max_length=128, blank=True, help_text=_("what the vendor calls this answer"))
    rating = models.CharField(max_length=8, choices=Rating.choices, blank=True)
    comment = models.TextField(blank=True, help_text=_("what was said with the rating"))
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    finish_reason = models.CharField(max_length=32, blank=True)
    error_reason = models.CharField(max_length=32, blank=True, help_text=_("the provider error's short word"))
    detect_ms = models.FloatField(null=True, help_text=_("from the final's arrival to the question"))
    first_token_ms = models.FloatField(null=True, help_text=_("from the final's arrival to the answer's first word"))
    total_ms = models.FloatField(null=True, help_text=_("from the final's arrival to the answer's end"))
    ended_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering: ClassVar = ["question", "ended_at"]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.outcome}"


class ListeningDefaults(models.Model):
    """How sessions are listened to whose clients say nothing else, from the next one on. There is one row."""

    class Sensitivity(models.TextChoices):
        PRECISE = "precise", _("precise: asks little that is no question")
        BALANCED = "balanced", _("balanced")
        EAGER = "eager", _("eager: misses few questions")

    class WhileAnswering(models.TextChoices):
        QUEUE = "queue", _("waits its turn")
        REPLACE = "replace", _("takes the place of the answer")
        IGNORE = "ignore", _("is left unanswered")

    sensitivity = models.CharField(max_length=10, choices=Sensitivity.choices, default=Sensitivity.BALANCED)
    requests = models.BooleanField(default=True, help_text=_("whether “tell me about …” is answered like a question"))
    chinese = models.BooleanField(default=True, help_text=_("whether questions in Chinese are answered"))
    english = models.BooleanField(default=True, help_text=_("whether questions in English are answered"))
    speakers = models.TextField(
        blank=True,
        help_text=_(
            "whose questions are answered, one name in each line or set apart by commas; empty for everybody's"
        ),
    )
    dedup_window_s = models.FloatField(
        _("repetition window (s)"),
        default=60.0,
        help_text=_("for how long a question that is said again is not answered again; 0 to answer each"),
    )
    while_answering = models.CharField(
        max_length=10,
        choices=WhileAnswering.choices,
        default=WhileAnswering.QUEUE,
        help_text=_("what a question does that is heard while an answer streams"),
    )
    only_known = models.BooleanField(
        default=True,
        help_text=_("whether a heard question that the knowledge base knows nothing about is left unanswered"),
    )

    class Meta:
        verbose_name = _("listening defaults")
        verbose_name_plural = _("listening defaults")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
