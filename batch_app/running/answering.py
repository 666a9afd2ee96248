"""One question of a batch through the gateway, as live ones go, and what comes of it."""

import logging
import uuid
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.utils import timezone

from batch_app.running.again import postponed
from batch_app.running.claimed import Claimed, Outcome, Status, Work
from knowledge_app.analysis import language_of
from providers_app import gateway
from providers_app.contract import (
    AnswerEnded,
    AnswerRequest,
    AnswerRestarted,
    Dialogue,
    Noticed,
    Origin,
    ProviderChosen,
    ProviderError,
    ProviderEvent,
    QuestionsSuggested,
    Source,
    SourcesFound,
    TextDelta,
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Answer:
    """What has been said so far; moments are `perf_counter` seconds."""

    asked_at: float = field(default_factory=perf_counter)
    first_token_at: float | None = None
    pieces: list[str] = field(default_factory=list)
    sources: tuple[Source, ...] = ()
    chosen: ProviderChosen | None = None
    suggested: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    ended: AnswerEnded | None = None

    def take(self, event: ProviderEvent) -> None:
        match event:
            case TextDelta(text):
                self.first_token_at = self.first_token_at or perf_counter()
                self.pieces.append(text)
            case SourcesFound(sources):
                self.sources = sources
            case ProviderChosen():
                self.chosen = event
            case AnswerRestarted():
                self.pieces.clear()
                self.sources, self.first_token_at = (), None
            case QuestionsSuggested(questions):
                self.suggested = questions
            case Noticed(note):
                self.notes.append(note)
            case AnswerEnded():
                self.ended = event

    def said(self) -> dict[str, Any]:
        """The fields of an outcome that hold the answer, whole or in part."""
        ended = self.ended or AnswerEnded("")
        metadata: dict[str, Any] = {
            "provider": self.chosen.provider if self.chosen else "",
            "model": ended.model,
            "cached": bool(self.chosen and self.chosen.is_cached),
            "finish_reason": ended.finish_reason,
            "latency_ms": {"first_token": self._ms(self.first_token_at), "total": self._ms(perf_counter())},
        }
        if self.suggested:
            metadata["suggested_questions"] = list(self.suggested)
        if self.notes:
            metadata["notes"] = self.notes
        return {
            "result": "".join(self.pieces),
            "sources": self.sources,
            "metadata": metadata,
            "usage": dict(ended.usage),
        }

    def _ms(self, moment: float | None) -> float | None:
        return None if moment is None else round((moment - self.asked_at) * 1000, 2)


async def answer(item: Claimed, work: Work) -> Outcome:
    """Ask the question and hear the whole answer; a failure becomes an outcome too, so nothing is raised."""
    started_at, heard = timezone.now(), _Answer()
    try:
        request = AnswerRequest(item.text, language=language_of(item.text), origin=Origin.BATCH, search=work.search)
        async with aclosing(
            gateway.ask(request, Dialogue(provider=work.provider) if work.provider else None)
        ) as events:
            async for event in events:
                heard.take(event)
    except ProviderError as error:
        return _failed(item, started_at, heard, error)
    except Exception:
        error_id = uuid.uuid4().hex[:12]
        logger.exception("error_id=%s while answering a question of a batch", error_id)
        problem = {
            "code": "SERVER_ERROR",
            "message": "Something unforeseen.",
            "reason": "internal",
            "error_id": error_id,
        }
        return Outcome(
            item,
            Status.FAILED,
            timezone.now(),
            item.attempts + 1,
            item.delays,
            started_at,
            error=problem,
            **heard.said(),
        )
    return Outcome(item, Status.COMPLETED, timezone.now(), item.attempts + 1, item.delays, started_at, **heard.said())


def _failed(item: Claimed, started_at: datetime, heard: _Answer, error: ProviderError) -> Outcome:
    """Pending again after a pause, or failed with what was said until then."""
    now = timezone.now()
    later = postponed(error, item.attempts, item.delays)
    problem = {"code": "RAG_ERROR", "message": "No provider could answer the question.", "reason": str(error.reason)}
    if later is None:
        attempts = item.attempts + 1
        return Outcome(item, Status.FAILED, now, attempts, item.delays, started_at, error=problem, **heard.said())
    due_at = now + timedelta(seconds=later.pause_s)
    return Outcome(
        item, Status.PENDING, due_at, later.attempts, later.delays, error=problem, is_task_resting=later.is_task
    )
