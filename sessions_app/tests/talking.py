"""Talking to the engine, and the events that tests expect of it."""

import re
from itertools import count

from sessions_app.domain.beginning import Beginning, Limits, Past
from sessions_app.domain.conversation import Conversation
from sessions_app.domain.events import (
    Acknowledged,
    AnswerEnded,
    AnswerStarted,
    AnswerSummary,
    AskedQuestion,
    Judgement,
    StageChanged,
    Trigger,
)
from sessions_app.domain.options import SessionOptions
from sessions_app.domain.protocol import AsrChunk, Control, Stage
from sessions_app.domain.questions import Judging, QuestionClass, Verdict

SUMMARY = AnswerSummary("scripted")
IDLE, PAUSED = StageChanged(Stage.IDLE), StageChanged(Stage.PAUSED)
DEFAULT_JUDGING, DEFAULT_OPTIONS, NO_PAST = Judging(), SessionOptions(), Past()
CONTROL_TAKEN = Acknowledged("control")
FINAL_TAKEN = Acknowledged("asr_chunk", is_final=True, is_stored=True)


class QuestionMarkDetector:
    """Whatever ends on "?" is a question, on "…" one that goes on.

    The words before "so " are not part of it; what begins with "and " belongs to what was said before it, and is no
    question of its own.
    """

    def __init__(self):
        self.judged = []

    def judge(self, text: str, _judging: Judging = DEFAULT_JUDGING, *, heard: int = 0) -> Verdict:
        self.judged.append((text, heard))
        if text[heard:] == "mm":
            return Verdict(QuestionClass.NONE, 0.0, "backchannel")
        if not text.endswith(("?", "…")) or text.startswith("and "):
            return Verdict(QuestionClass.NONE, 0.1, "mark")
        start = 0 if text[heard:].startswith("and ") else heard
        start = max([start, *(match.end() for match in re.finditer(r"\bso |\? (?!and )", text))])
        return Verdict(QuestionClass.QUESTION, 0.9, "mark", start, len(text), is_unfinished=text.endswith("…"))


def talk(detector=None, *, options=DEFAULT_OPTIONS, past=NO_PAST, **limits):
    ids = count(1)
    beginning = Beginning(Limits(**limits), options, past)
    return Conversation(detector or QuestionMarkDetector(), lambda: f"q{next(ids)}", beginning)


def hear(conversation, *texts, at=0.0, **fields):
    return [list(conversation.receive(AsrChunk(text=text, is_final=True, **fields), at)) for text in texts][-1]


def control(conversation, action, at=0.0):
    return list(conversation.receive(Control(action=action), at))


def judged(index=0):
    """What the detector above makes of the only final of an utterance that is no question."""
    return Judgement(QuestionClass.NONE, 0.1, "mark", index)


def judged_question(index=0, question_from=None):
    """What it makes of a question, which begins where its utterance does unless told otherwise."""
    return Judgement(QuestionClass.QUESTION, 0.9, "mark", index, index if question_from is None else question_from)


def asked(number, text, trigger=Trigger.DETECTED, **fields):
    confidence, reason = (0.9, "mark") if trigger is Trigger.DETECTED else (1.0, "asked")
    fields = {"only_known": trigger is Trigger.DETECTED} | fields
    return AskedQuestion(f"q{number}", text, "en", trigger, confidence, reason, **fields)


def starts(question):
    return [StageChanged(Stage.QUERYING_RAG, question=question), AnswerStarted(question)]


def ended(question, outcome, content="", sources=(), *, stream_index=None, error_reason=""):
    return AnswerEnded(question, outcome, content, sources, SUMMARY, stream_index, error_reason)
