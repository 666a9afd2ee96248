"""Talking to the engine, and the events that tests expect of it."""

from itertools import count

from sessions_app.domain.beginning import Limits
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.events import (
    Acknowledged,
    AnswerEnded,
    AnswerStarted,
    AnswerSummary,
    AskedQuestion,
    StageChanged,
    Trigger,
)
from sessions_app.domain.protocol import AsrChunk, Control, Stage
from sessions_app.domain.questions import Judging, QuestionClass, Verdict

SUMMARY = AnswerSummary("scripted")
IDLE, PAUSED = StageChanged(Stage.IDLE), StageChanged(Stage.PAUSED)
CONTROL_TAKEN = Acknowledged("control")
FINAL_TAKEN = Acknowledged("asr_chunk", is_final=True, is_stored=True)


class QuestionMarkDetector:
    """Whatever ends on "?" is a question; the words before "so " are not part of it."""

    def judge(self, text: str, _judging: Judging | None = None, *, heard: int = 0) -> Verdict:
        kind = QuestionClass.QUESTION if text.endswith("?") else QuestionClass.NONE
        return Verdict(kind, 0.9, "mark", max(text.rfind("so ") + len("so ") if "so " in text else 0, heard), len(text))


def talk(detector=None, **limits):
    ids = count(1)
    return Conversation(detector or QuestionMarkDetector(), lambda: f"q{next(ids)}", Limits(**limits))


def hear(conversation, *texts, **fields):
    return [list(conversation.receive(AsrChunk(text=text, is_final=True, **fields))) for text in texts][-1]


def control(conversation, action):
    return list(conversation.receive(Control(action=action)))


def asked(number, text, trigger=Trigger.DETECTED, **fields):
    confidence, reason = (0.9, "mark") if trigger is Trigger.DETECTED else (1.0, "asked")
    return AskedQuestion(f"q{number}", text, "en", trigger, confidence, reason, **fields)


def starts(question):
    return [StageChanged(Stage.QUERYING_RAG, question=question), AnswerStarted(question)]


def ended(question, outcome, content="", sources=(), *, stream_index=None, error_reason=""):
    return AnswerEnded(question, outcome, content, sources, SUMMARY, stream_index, error_reason)
