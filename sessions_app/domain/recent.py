"""The questions asked lately, so that one said again is not answered again."""

from collections import deque

from sessions_app.domain.events import AnswerEnded, AskedQuestion, Event, Outcome, QuestionDropped
from sessions_app.domain.questions import same_question

MAX_RECENT = 32
"""How many questions are compared with a new one."""
_ANSWERED = frozenset({Outcome.ANSWERED, Outcome.PARTIAL})


class RecentQuestions:
    """Those that are answered, being answered, or waiting for their turn."""

    def __init__(self) -> None:
        self._asked: deque[tuple[AskedQuestion, float]] = deque(maxlen=MAX_RECENT)

    def add(self, question: AskedQuestion, at: float) -> None:
        self._asked.append((question, at))

    def find(self, text: str, at: float, window_s: float) -> AskedQuestion | None:
        """The latest question that asks the same as `text` and is not older than the window."""
        for question, asked_at in reversed(self._asked):
            if at - asked_at > window_s:
                break
            if same_question(question.text, text):
                return question
        return None

    def forget_all(self) -> None:
        self._asked.clear()

    def settled(self, events: list[Event]) -> list[Event]:
        """The same events; questions that got no answer in them are forgotten, and asked again when said again."""
        for event in events:
            if isinstance(event, AnswerEnded | QuestionDropped) and event.outcome not in _ANSWERED:
                self._asked = deque(((q, at) for q, at in self._asked if q.id != event.question.id), MAX_RECENT)
        return events
