"""The engine alone: what is said goes in, events come out."""

import pytest

from sessions_app.domain.beginning import Past
from sessions_app.domain.conversation import PARTIAL_TAKEN
from sessions_app.domain.events import (
    Acknowledged,
    LanguageChanged,
    QuestionAsked,
    Refused,
    SegmentHeard,
    StageChanged,
    Trigger,
)
from sessions_app.domain.hearing import CONTEXT_CHARS, CONTEXT_FINALS
from sessions_app.domain.protocol import Action, Ask, AsrChunk, ErrorCode, Keepalive, Stage
from sessions_app.tests.talking import (
    CONTROL_TAKEN,
    DEFAULT_OPTIONS,
    FINAL_TAKEN,
    PAUSED,
    SUMMARY,
    asked,
    control,
    hear,
    judged,
    judged_question,
    starts,
    talk,
)


def test_opening_greets(conversation):
    assert conversation.open() == [
        Acknowledged(message="connected", is_stored=True, options=DEFAULT_OPTIONS),
        StageChanged(Stage.LISTENING),
    ]


def test_keepalive_has_no_other_effect(conversation):
    assert conversation.receive(Keepalive(), 0) == [Acknowledged("keepalive")]


def test_partial_is_only_acknowledged(conversation):
    assert conversation.receive(AsrChunk(text="what is rag?"), 0) is PARTIAL_TAKEN
    assert control(conversation, Action.INSTANT_QUERY) == [Refused(ErrorCode.NO_FINAL_ASR)]


def test_final_without_question_is_kept_and_waits(conversation):
    assert hear(conversation, "this is fine") == [
        SegmentHeard(0, "this is fine", "en", judgement=judged()),
        LanguageChanged("en"),
        FINAL_TAKEN,
        StageChanged(Stage.WAITING_FOR_QUESTION),
    ]


def test_final_that_was_asked_already_is_kept_and_asks_nothing(conversation):
    assert hear(conversation, "what is rag?", is_asked=True) == [
        SegmentHeard(0, "what is rag?", "en"),
        LanguageChanged("en"),
        FINAL_TAKEN,
        StageChanged(Stage.WAITING_FOR_QUESTION),
    ]
    question = asked(1, "but why?", segment_index=1, context=("what is rag?",))
    assert QuestionAsked(question) in hear(conversation, "but why?")


def test_language_is_told_when_it_changes(conversation):
    assert LanguageChanged("en") in hear(conversation, "good morning everyone")
    assert not any(isinstance(event, LanguageChanged) for event in hear(conversation, "let us begin"))
    assert LanguageChanged("zh") in hear(conversation, "我们开始吧")


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_blank_final_is_refused(conversation, text):
    assert hear(conversation, text) == [Refused(ErrorCode.EMPTY_QUESTION)]


def test_question_goes_to_the_provider_in_its_own_words(conversation):
    hear(conversation, "good morning", "we talked about rag")
    question = asked(1, "what is it?", context=("good morning", "we talked about rag", "right so"), segment_index=2)
    assert hear(conversation, "right so what is it?", segment_id="s1") == [
        SegmentHeard(2, "right so what is it?", "en", "s1", judgement=judged_question(question_from=2)),
        Acknowledged("asr_chunk", is_final=True, segment_id="s1", is_stored=True),
        StageChanged(Stage.ANALYZING, question=question),
        QuestionAsked(question),
        *starts(question),
    ]


def test_context_is_bounded(conversation):
    for number in range(20):
        hear(conversation, f"final {number}", at=100 * number)
    events = hear(conversation, "what now?", at=9_000)
    assert events[-1].question.context == tuple(f"final {number}" for number in range(20 - CONTEXT_FINALS, 20))


def test_context_of_a_long_utterance_is_all_of_it_as_far_as_it_is_not_too_long(conversation):
    said = [f"{number} {'word ' * 60}" for number in range(9)]
    events = hear(conversation, *said, "what now?")
    assert events[-1].question.context == tuple(said[-7:])
    assert sum(map(len, said[-8:])) > CONTEXT_CHARS >= sum(map(len, said[-7:]))


def test_final_sent_again_is_acknowledged_and_not_kept_again(conversation):
    [first, *_] = hear(conversation, "why?", segment_id="s1")
    taken = Acknowledged("asr_chunk", is_final=True, segment_id="s1", is_stored=True)
    assert hear(conversation, "why?", segment_id="s1") == [taken]
    conversation.forget(first)
    assert SegmentHeard(1, "why?", "en", "s1", judgement=judged_question(1)) in hear(
        conversation, "why?", segment_id="s1", at=100
    )


def test_finals_in_memory_are_bounded():
    conversation = talk(finals=3)
    for number in range(10):
        hear(conversation, "word", segment_id=f"s{number}")
    assert len(conversation._heard._finals) == 3
    assert conversation._heard._known_ids == {"s7", "s8", "s9"}


def test_paused_session_hears_nothing_and_stays_paused_after_an_answer(conversation):
    question = hear(conversation, "why?")[-1].question
    assert control(conversation, Action.PAUSE) == [CONTROL_TAKEN, PAUSED]
    assert hear(conversation, "what?") == [Acknowledged("asr_chunk", "paused", is_final=True)]
    named = hear(conversation, "what?", segment_id="s1")
    assert named == [Acknowledged("asr_chunk", "paused", is_final=True, segment_id="s1")]
    assert conversation.answer_ended("q1", SUMMARY)[-2:] == [StageChanged(Stage.IDLE, question=question), PAUSED]
    assert control(conversation, Action.RESUME) == [CONTROL_TAKEN, StageChanged(Stage.LISTENING)]
    assert hear(conversation, "what?", at=9)[0] == SegmentHeard(1, "what?", "en", judgement=judged_question(1))


def test_typed_question_leaves_the_utterance_alone(conversation, detector):
    hear(conversation, "can you tell me")
    question = asked(1, "why?", Trigger.TYPED, context=("can you tell me",), segment_index=0)
    assert conversation.receive(Ask(text=" why? "), 0) == [
        Acknowledged("ask", is_stored=True),
        StageChanged(Stage.ANALYZING, question=question),
        QuestionAsked(question),
        *starts(question),
    ]
    hear(conversation, "how to do it")
    assert detector.judged[-1] == ("can you tell me how to do it", 16)
    assert conversation.receive(Ask(text=" "), 0) == [Refused(ErrorCode.EMPTY_QUESTION)]


def test_session_taken_up_again_goes_on_where_it_was(detector):
    past = Past((SegmentHeard(7, "we spoke of rag", "en", "s7"),), next_index=8)
    conversation = talk(detector, past=past)
    assert hear(conversation, "we spoke of rag", segment_id="s7") == [
        Acknowledged("asr_chunk", is_final=True, segment_id="s7", is_stored=True)
    ]
    events = hear(conversation, "what was it?")
    assert events[0] == SegmentHeard(8, "what was it?", "en", judgement=judged_question(8))
    assert events[-1].question.context == ("we spoke of rag",)
    assert detector.judged == [("what was it?", 0)]
