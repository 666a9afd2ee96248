"""The engine alone: what is said goes in, events come out."""

from itertools import count

import pytest

from sessions_app.domain.conversation import CONTEXT_FINALS, PARTIAL_TAKEN, Conversation, Limits
from sessions_app.domain.events import (
    Acknowledged,
    AnswerDelta,
    AnswerEnded,
    AnswerInterrupted,
    AnswerSource,
    AnswerStarted,
    AnswerSummary,
    AskedQuestion,
    Failure,
    LanguageChanged,
    Outcome,
    QuestionAsked,
    QuestionDropped,
    Refused,
    SegmentHeard,
    SessionClosed,
    SourcesCited,
    StageChanged,
    Trigger,
)
from sessions_app.domain.protocol import Action, Ask, AsrChunk, Control, ErrorCode, Keepalive, Stage
from sessions_app.domain.questions import Context, Verdict

SUMMARY = AnswerSummary("scripted")
IDLE, PAUSED = StageChanged(Stage.IDLE), StageChanged(Stage.PAUSED)
CONTROL_TAKEN = Acknowledged("control")
FINAL_TAKEN = Acknowledged("asr_chunk", is_final=True, is_stored=True)


class QuestionMarkDetector:
    """Whatever ends on "?" is a question; the words before "so " are not part of it."""

    def __init__(self):
        self.contexts = []

    def judge(self, text: str, context: Context) -> Verdict:
        self.contexts.append(context.recent)
        return Verdict(text.endswith("?"), 0.9, "mark", text.rpartition("so ")[2])


@pytest.fixture
def detector():
    return QuestionMarkDetector()


@pytest.fixture
def conversation(detector):
    return talk(detector)


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


def test_opening_greets(conversation):
    assert conversation.open() == [Acknowledged(message="connected", is_stored=True), StageChanged(Stage.LISTENING)]


def test_keepalive_has_no_other_effect(conversation):
    assert conversation.receive(Keepalive()) == [Acknowledged("keepalive")]


def test_partial_is_only_acknowledged(conversation):
    assert conversation.receive(AsrChunk(text="what is rag?")) is PARTIAL_TAKEN
    assert control(conversation, Action.INSTANT_QUERY) == [Refused(ErrorCode.NO_FINAL_ASR)]


def test_final_without_question_is_kept_and_waits(conversation):
    assert hear(conversation, "this is fine") == [
        SegmentHeard(0, "this is fine", "en"),
        LanguageChanged("en"),
        FINAL_TAKEN,
        StageChanged(Stage.WAITING_FOR_QUESTION),
    ]


def test_language_is_told_when_it_changes(conversation):
    assert LanguageChanged("en") in hear(conversation, "good morning everyone")
    assert not any(isinstance(event, LanguageChanged) for event in hear(conversation, "let us begin"))
    assert LanguageChanged("zh") in hear(conversation, "我们开始吧")


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_blank_final_is_refused(conversation, text):
    assert hear(conversation, text) == [Refused(ErrorCode.EMPTY_QUESTION)]


def test_question_goes_to_the_provider_in_its_own_words(conversation):
    hear(conversation, "good morning", "we talked about rag")
    question = asked(1, "what is it?", context=("good morning", "we talked about rag"), segment_index=2)
    assert hear(conversation, "right so what is it?", segment_id="s1") == [
        SegmentHeard(2, "right so what is it?", "en", "s1"),
        Acknowledged("asr_chunk", is_final=True, segment_id="s1", is_stored=True),
        StageChanged(Stage.ANALYZING, question=question),
        QuestionAsked(question),
        *starts(question),
    ]


def test_context_is_bounded(conversation):
    hear(conversation, *(f"final {number}" for number in range(20)))
    events = hear(conversation, "and now?")
    assert events[-1].question.context == tuple(f"final {number}" for number in range(20 - CONTEXT_FINALS, 20))


def test_detector_sees_only_what_was_said_since_the_last_question(conversation, detector):
    hear(conversation, "one", "two", "three?", "four", "five")
    assert detector.contexts == [(), ("one",), ("one", "two"), (), ("four",)]


def test_final_sent_again_is_acknowledged_and_not_kept_again(conversation):
    hear(conversation, "why?", segment_id="s1")
    taken = Acknowledged("asr_chunk", is_final=True, segment_id="s1", is_stored=True)
    assert hear(conversation, "why?", segment_id="s1") == [taken]
    conversation.forget("s1")
    assert SegmentHeard(1, "why?", "en", "s1") in hear(conversation, "why?", segment_id="s1")


def test_finals_in_memory_are_bounded():
    conversation = talk(finals=3)
    for number in range(10):
        hear(conversation, "word", segment_id=f"s{number}")
    assert len(conversation._finals) == 3
    assert conversation._known_ids == {"s7", "s8", "s9"}


def test_answer_streams_to_its_end(conversation):
    question = hear(conversation, "why?")[-1].question
    sources = (AnswerSource(1, "Title", "Text"),)
    assert conversation.sources_found("q1", sources) == [SourcesCited(question, 0, sources)]
    assert conversation.answer_delta("q1", "Be") == [AnswerDelta(question, 1, "Be")]
    assert conversation.answer_delta("q1", "cause") == [AnswerDelta(question, 2, "cause")]
    assert conversation.answer_ended("q1", SUMMARY) == [
        ended(question, Outcome.ANSWERED, "Because", sources, stream_index=3),
        StageChanged(Stage.IDLE, question=question),
    ]
    assert not conversation.is_answering
    assert conversation.answer_delta("q1", "late") == []


def test_question_heard_meanwhile_waits_its_turn(conversation):
    first = hear(conversation, "first?")[-1].question
    events = hear(conversation, "second?")
    second = events[-1].question
    assert events[-2:] == [StageChanged(Stage.ANALYZING, question=second), QuestionAsked(second)]
    assert conversation.answer_ended("q1", SUMMARY) == [
        ended(first, Outcome.ANSWERED, stream_index=0),
        StageChanged(Stage.IDLE, question=first),
        *starts(second),
    ]


def test_full_queue_drops_the_oldest_with_a_note():
    conversation = talk(waiting_questions=2)
    hear(conversation, "running?", "one?", "two?")
    events = hear(conversation, "three?")
    dropped = events[-1].question
    assert dropped.text == "one?"
    assert events[-2:] == [
        QuestionDropped(dropped, Outcome.DROPPED),
        StageChanged(Stage.QUERYING_RAG, "dropped: too many questions are waiting", dropped),
    ]


def test_failure_before_the_first_word(conversation):
    question = hear(conversation, "why?")[-1].question
    assert conversation.answer_failed("q1", Failure(ErrorCode.RAG_ERROR, "timeout"), SUMMARY) == [
        ended(question, Outcome.FAILED, error_reason="timeout"),
        Refused(ErrorCode.RAG_ERROR, details={"question_id": "q1", "reason": "timeout"}),
        StageChanged(Stage.IDLE, question=question),
    ]


def test_failure_on_the_way_keeps_what_was_said(conversation):
    question = hear(conversation, "why?")[-1].question
    conversation.answer_delta("q1", "Beca")
    events = conversation.answer_failed("q1", Failure(ErrorCode.SERVER_ERROR, "internal", "e1"), SUMMARY)
    assert events[0] == ended(question, Outcome.PARTIAL, "Beca", error_reason="internal")
    assert events[1].details == {"question_id": "q1", "reason": "internal", "error_id": "e1"}


def test_instant_query_asks_what_was_said_since_the_last_question(conversation):
    hear(conversation, "before", "first?", "we have a printer", "it is broken")
    conversation.answer_ended("q1", SUMMARY)
    question = asked(
        2, "we have a printer it is broken", Trigger.INSTANT, context=("before", "first?"), segment_index=3
    )
    assert control(conversation, Action.INSTANT_QUERY) == [
        CONTROL_TAKEN,
        QuestionAsked(question),
        StageChanged(Stage.INSTANT_QUERY, question=question),
        *starts(question),
    ]


def test_instant_query_joins_chinese_without_spaces_and_repeats_the_last_final(conversation):
    hear(conversation, "打印机", "坏了")
    assert control(conversation, Action.INSTANT_QUERY)[-1].question.text == "打印机坏了"
    conversation.answer_ended("q1", SUMMARY)
    assert control(conversation, Action.INSTANT_QUERY)[-1].question.text == "坏了"


def test_instant_query_interrupts_the_running_answer(conversation):
    running = hear(conversation, "why?")[-1].question
    conversation.answer_delta("q1", "Beca")
    events = control(conversation, Action.INSTANT_QUERY)
    instant = events[1].question
    assert events == [
        CONTROL_TAKEN,
        QuestionAsked(instant),
        StageChanged(Stage.INTERRUPTING, question=running),
        AnswerInterrupted(running),
    ]
    assert conversation.answer_delta("q1", "use") == []
    assert conversation.answer_ended("q1", SUMMARY) == []
    assert conversation.answer_stopped("q1", SUMMARY) == [
        ended(running, Outcome.CANCELLED, "Beca"),
        StageChanged(Stage.INSTANT_QUERY, question=instant),
        *starts(instant),
    ]
    assert conversation.answer_stopped("q1", SUMMARY) == []


def test_second_instant_query_replaces_one_that_has_not_begun(conversation):
    hear(conversation, "why?")
    first = control(conversation, Action.INSTANT_QUERY)[1].question
    events = control(conversation, Action.INSTANT_QUERY)
    assert events == [CONTROL_TAKEN, QuestionAsked(events[1].question), QuestionDropped(first, Outcome.CANCELLED)]
    assert conversation.answer_stopped("q1", SUMMARY)[-1] == AnswerStarted(events[1].question)


def test_cancel_stops_the_answer_and_goes_on_with_the_next_question(conversation):
    running = hear(conversation, "why?")[-1].question
    waiting = hear(conversation, "how?")[-1].question
    assert control(conversation, Action.CANCEL) == [CONTROL_TAKEN, AnswerInterrupted(running)]
    assert control(conversation, Action.CANCEL) == [CONTROL_TAKEN]
    assert conversation.answer_stopped("q1", SUMMARY) == [
        ended(running, Outcome.CANCELLED),
        StageChanged(Stage.IDLE, "cancelled", running),
        *starts(waiting),
    ]


def test_cancel_without_an_answer_says_so(conversation):
    assert control(conversation, Action.CANCEL) == [CONTROL_TAKEN, StageChanged(Stage.IDLE, "nothing to cancel")]


def test_paused_session_hears_nothing_and_stays_paused_after_an_answer(conversation):
    question = hear(conversation, "why?")[-1].question
    assert control(conversation, Action.PAUSE) == [CONTROL_TAKEN, PAUSED]
    assert hear(conversation, "what?") == [Acknowledged("asr_chunk", "paused", is_final=True)]
    named = hear(conversation, "what?", segment_id="s1")
    assert named == [Acknowledged("asr_chunk", "paused", is_final=True, segment_id="s1")]
    assert conversation.answer_ended("q1", SUMMARY)[-2:] == [StageChanged(Stage.IDLE, question=question), PAUSED]
    assert control(conversation, Action.RESUME) == [CONTROL_TAKEN, StageChanged(Stage.LISTENING)]
    assert hear(conversation, "what?")[0] == SegmentHeard(1, "what?", "en")


def test_typed_question_leaves_the_utterance_alone(conversation, detector):
    hear(conversation, "can you tell me")
    question = asked(1, "why?", Trigger.TYPED, context=("can you tell me",), segment_index=0)
    assert conversation.receive(Ask(text=" why? ")) == [
        Acknowledged("ask", is_stored=True),
        StageChanged(Stage.ANALYZING, question=question),
        QuestionAsked(question),
        *starts(question),
    ]
    hear(conversation, "how to do it")
    assert detector.contexts[-1] == ("can you tell me",)
    assert conversation.receive(Ask(text=" ")) == [Refused(ErrorCode.EMPTY_QUESTION)]


def test_stop_without_an_answer_closes(conversation):
    assert control(conversation, Action.STOP) == [CONTROL_TAKEN, IDLE, StageChanged(Stage.CLOSED), SessionClosed()]
    assert hear(conversation, "anyone?") == []


def test_stop_cancels_the_answer_and_what_waits_first(conversation):
    running = hear(conversation, "why?")[-1].question
    waiting = hear(conversation, "how?")[-1].question
    assert control(conversation, Action.STOP) == [
        CONTROL_TAKEN,
        QuestionDropped(waiting, Outcome.CANCELLED),
        AnswerInterrupted(running),
    ]
    assert conversation.answer_stopped("q1", SUMMARY) == [
        ended(running, Outcome.CANCELLED),
        StageChanged(Stage.IDLE, "cancelled", running),
        StageChanged(Stage.CLOSED),
        SessionClosed(),
    ]


def test_session_taken_up_again_goes_on_where_it_was(detector):
    heard = [SegmentHeard(7, "we spoke of rag", "en", "s7")]
    conversation = Conversation(detector, lambda: "q1", Limits(), heard=heard, next_index=8)
    assert hear(conversation, "again", segment_id="s7") == [
        Acknowledged("asr_chunk", is_final=True, segment_id="s7", is_stored=True)
    ]
    events = hear(conversation, "what was it?")
    assert events[0] == SegmentHeard(8, "what was it?", "en")
    assert events[-1].question.context == ("we spoke of rag",)
    assert detector.contexts == [()]
