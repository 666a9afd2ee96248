"""Which sessions: the live ones, those in which something was said, those that match words; and what they count."""

from typing import Any

from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import smart_split, unescape_string_literal

from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment
from sessions_app.records import LOST_AFTER

Sessions = QuerySet[RealtimeSession]

UNANSWERED = (Question.Outcome.NOT_KNOWN, Question.Outcome.FAILED, Question.Outcome.DROPPED, Question.Outcome.LOST)
"""The outcomes of a question that nobody answered, and nobody cancelled."""
NOT_FOUND = "not_found"
"""The finish reason of an answer which says that there is none."""
MAX_WORDS = 10


def is_live() -> Q:
    """Whether a server holds the session open."""
    return Q(ended_at=None, seen_at__gte=timezone.now() - LOST_AFTER)


def is_lost() -> Q:
    """Whether the session's server went away, noted or not."""
    return Q(end_reason=RealtimeSession.EndReason.LOST) | Q(ended_at=None) & ~is_live()


def has_content() -> Q:
    """Whether anything was said or asked, rather than a page opened and closed."""
    return Q(_has(TranscriptSegment)) | Q(_has(Question))


def has_questions() -> Q:
    return Q(_has(Question))


def has_unanswered_questions() -> Q:
    """Whether a question failed, was given up, or found no answer."""
    no_answer = Answer.objects.filter(question__session=OuterRef("pk"), finish_reason=NOT_FOUND)
    return Q(_has(Question, outcome__in=UNANSWERED)) | Q(Exists(no_answer))


def has_marks() -> Q:
    """Whether an operator has said of a verdict whether it is right."""
    return Q(_has(TranscriptSegment, mark__gt=""))


def has_wrong_verdicts() -> Q:
    return Q(_has(TranscriptSegment, mark__in=(TranscriptSegment.Mark.WRONG, TranscriptSegment.Mark.WORDS)))


def has_unmarked_verdicts() -> Q:
    return Q(_has(TranscriptSegment, verdict__gt="", mark=""))


def matching(words: str) -> Q:
    """Whether each word, or phrase in quotation marks, occurs in the name or in what was said, asked or answered."""
    condition = Q()
    for word in [_bare(part) for part in smart_split(words)][:MAX_WORDS]:
        answers = Answer.objects.filter(question__session=OuterRef("pk"), content__icontains=word)
        condition &= (
            Q(name__icontains=word)
            | Q(_has(TranscriptSegment, text__icontains=word))
            | Q(_has(Question, text__icontains=word))
            | Q(Exists(answers))
        )
    return condition


def with_counts(sessions: Sessions) -> Sessions:
    """The sessions with `segment_count`, `question_count` and `answer_count`."""
    return sessions.annotate(
        segment_count=_count(TranscriptSegment.objects.filter(session=OuterRef("pk")), "session"),
        question_count=_count(Question.objects.filter(session=OuterRef("pk")), "session"),
        answer_count=_count(Answer.objects.filter(question__session=OuterRef("pk")), "question__session"),
    )


def _has(model: type[Model], **conditions: Any) -> Exists:
    return Exists(model._base_manager.filter(session=OuterRef("pk"), **conditions))  # noqa: SLF001 - documented API


def _count(rows: QuerySet[Any], owner: str) -> Coalesce:
    count = rows.order_by().values(owner).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def _bare(word: str) -> str:
    """The word without the quotation marks around it."""
    return unescape_string_literal(word) if word[0] in "\"'" and word[-1] == word[0] != word else word
