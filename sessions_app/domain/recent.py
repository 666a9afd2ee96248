"""The questions asked lately, so that one said again is not answered again."""

from collections import deque

from sessions_app.domain.events import AnswerEnded, AnswerInterrupted, AskedQuestion, Event, Outcome, QuestionDropped
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

    def find(self, text: str, at: float, window_s: float, but: AskedQuestion | None) -> AskedQuestion | None:
        """The latest question but one that asks the same as `text` and is not older than the window."""
        for question, asked_at in reversed(self._asked):
            if at - asked_at > window_s:
                break
            if question != but and same_question(question.text, text):
                return question
        return None

    def knows(self, question: AskedQuestion) -> bool:
        """Whether it is answered, being answered, or waiting."""
        return any(known.id == question.id for known, _ in self._asked)

    def forget_all(self) -> None:
        self._asked.clear()

    def settled(self, events: list[Event]) -> list[Event]:
        """The same events; questions that got no answer in them are forgotten, and asked again when said again."""
        for event in events:
            match event:
                case AnswerInterrupted(question):
                    self.forget(question)
                case AnswerEnded(question, outcome) | QuestionDropped(question, outcome) if outcome not in _ANSWERED:
                    self.forget(question)
        return events

    def forget(self, question: AskedQuestion) -> None:
        """Said again, it is asked again."""
        self._asked = deque((each for each in self._asked if each[0].id != question.id), MAX_RECENT)
