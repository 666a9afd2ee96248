"""What happened in a session, in order: segments, and after each the questions it led to."""

from collections.abc import Sequence
from typing import Any, overload
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from sessions_app.models import Question, TranscriptSegment

BEFORE_ALL = -1
"""Where questions stand that were typed before anything was said."""

Entry = TranscriptSegment | Question


class Timeline(Sequence[Entry]):
    """The segments and questions of a session. A slice costs four queries at most whatever its length, `len` two."""

    def __init__(self, session: UUID, *, only_questions: bool = False) -> None:
        segments = TranscriptSegment.objects.filter(session=session)
        self._segments = segments.none() if only_questions else segments
        self._questions = Question.objects.filter(session=session)

    def __len__(self) -> int:
        return self._segments.count() + self._questions.count()

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        rows = list(self._keys()[place])
        segments = [int(key) for is_question, key, *_ in rows if not is_question]
        questions = [UUID(key) for is_question, key, *_ in rows if is_question]
        found: dict[Any, Entry] = {
            **self._segments.in_bulk(segments),
            **self._questions.prefetch_related("answers").in_bulk(questions),
        }
        keys = (UUID(key) if is_question else int(key) for is_question, key, *_ in rows)
        return [found[key] for key in keys if key in found]  # some may have been deleted just now

    def _keys(self) -> QuerySet[Any, tuple[Any, ...]]:
        """Of each entry in order: whether it is a question, its primary key, and what it is ordered by."""
        columns = ("is_question", "key", "position", "at")
        segments = self._segments.order_by().annotate(
            is_question=Value(0), key=Cast("pk", CharField()), position=F("index"), at=F("heard_at")
        )
        questions = self._questions.order_by().annotate(
            is_question=Value(1),
            key=Cast("pk", CharField()),
            position=Coalesce("segment_index", BEFORE_ALL),
            at=F("asked_at"),
        )
        entries = segments.values_list(*columns).union(questions.values_list(*columns), all=True)
        return entries.order_by("position", "is_question", "at")
