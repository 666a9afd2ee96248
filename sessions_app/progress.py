"""How far the answer to one question has come: what its provider said, and when."""

from dataclasses import dataclass, field
from time import perf_counter

from providers_app import contract
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.events import AnswerSource, AnswerSummary, AskedQuestion, Event, Timing


@dataclass(slots=True)
class Progress:
    """Of the attempt that runs; times are `perf_counter` seconds."""

    caused_at: float
    asked_at: float
    first_token_at: float | None = None
    provider: str = ""
    is_cached: bool = False
    suggested: tuple[str, ...] = ()
    ended: contract.AnswerEnded = field(default_factory=lambda: contract.AnswerEnded(finish_reason=""))

    def take(self, event: contract.ProviderEvent, question: AskedQuestion, conversation: Conversation) -> list[Event]:
        """Bring what the provider said before the conversation; returns what happens then."""
        match event:
            case contract.TextDelta(text):
                self.first_token_at = self.first_token_at or perf_counter()
                return conversation.answer_delta(question.id, text)
            case contract.SourcesFound(sources):
                found = tuple(AnswerSource(s.position, s.title, s.content, s.url, s.score) for s in sources)
                return conversation.sources_found(question.id, found)
            case contract.AnswerRestarted(reason):
                events = conversation.answer_restarted(question.id, reason, self.summary())
                self.first_token_at = None
                return events
            case contract.Noticed(note):
                return conversation.answer_noted(question.id, note)
            case contract.QuestionsSuggested(questions):
                self.suggested = questions
            case contract.ProviderChosen(provider, is_cached):
                self.provider, self.is_cached = provider, is_cached
            case contract.AnswerEnded():
                self.ended = event
        return []

    def summary(self) -> AnswerSummary:
        timing = Timing(
            detect_ms=self._ms(self.asked_at),
            first_token_ms=self._ms(self.first_token_at) if self.first_token_at else None,
            total_ms=self._ms(perf_counter()),
        )
        ended = self.ended
        return AnswerSummary(
            self.provider,
            ended.model,
            ended.finish_reason,
            ended.usage,
            timing,
            self.is_cached,
            ended.memory,
            ended.message_id,
            self.suggested,
        )

    def _ms(self, moment: float) -> float:
        return round((moment - self.caused_at) * 1000, 2)
