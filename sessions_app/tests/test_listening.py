"""What several finals come to: utterances, questions that go on or come again, and the options of a session."""

import pytest

from sessions_app.domain.events import (
    Acknowledged,
    AnswerInterrupted,
    AskedQuestion,
    Failure,
    Outcome,
    QuestionAsked,
    QuestionDropped,
    QuestionHeld,
    SegmentCorrected,
    SegmentHeard,
    StageChanged,
)
from sessions_app.domain.listening import ASKED_BEFORE, MAX_PATIENCE_S, PATIENCE_S, UNFINISHED
from sessions_app.domain.options import SessionOptions
from sessions_app.domain.protocol import Action, Ask, AsrChunk, ErrorCode, Stage
from sessions_app.domain.utterances import MAX_UTTERANCE_CHARS
from sessions_app.tests.talking import (
    FINAL_TAKEN,
    SUMMARY,
    control,
    ended,
    hear,
    judged_question,
    starts,
    talk,
)

FAILURE = Failure(ErrorCode.RAG_ERROR, "timeout")
TAKEN_S1 = Acknowledged("asr_chunk", is_final=True, segment_id="s1", is_stored=True)
NOTHING = [StageChanged(Stage.WAITING_FOR_QUESTION)]


def questions(events) -> list[AskedQuestion]:
    return [event.question for event in events if isinstance(event, QuestionAsked)]


def said_again(earlier) -> list[StageChanged]:
    return [StageChanged(Stage.WAITING_FOR_QUESTION, ASKED_BEFORE, earlier)]


def partial(conversation, text, at, **fields):
    conversation.receive(AsrChunk(text=text, **fields), at)


# --- questions that go on ---------------------------------------------------------------------------------------------


def test_question_that_goes_on_takes_the_place_of_the_answer_to_its_beginning(conversation):
    [first] = questions(hear(conversation, "what is a process?"))
    conversation.answer_delta("q1", "It is")
    events = hear(conversation, "and a thread?", at=1)
    [second] = questions(events)
    assert (second.text, second.replaces, second.context) == ("what is a process? and a thread?", "q1", ())
    assert events[2:] == [
        QuestionAsked(second),
        StageChanged(Stage.INTERRUPTING, question=first),
        AnswerInterrupted(first),
    ]
    assert conversation.answer_delta("q1", "late") == []
    assert conversation.answer_stopped("q1", SUMMARY) == [
        ended(first, Outcome.REPLACED, "It is"),
        StageChanged(Stage.ANALYZING, question=second),
        *starts(second),
    ]


def test_question_that_goes_on_while_it_waits_takes_its_own_place(conversation):
    [waiting] = questions(hear(conversation, "why?", "what is rag?"))
    events = hear(conversation, "and ocr?", at=1)
    [sequel] = questions(events)
    assert events[1:] == [
        FINAL_TAKEN,
        QuestionDropped(waiting, Outcome.REPLACED),
        StageChanged(Stage.ANALYZING, question=sequel),
        QuestionAsked(sequel),
    ]
    assert conversation.answer_ended("q1", SUMMARY)[-2:] == starts(sequel)


def test_question_that_goes_on_after_its_answer_is_answered_too(conversation):
    hear(conversation, "what is rag?")
    conversation.answer_ended("q1", SUMMARY)
    events = hear(conversation, "and ocr?", at=1)
    assert [each.replaces for each in questions(events)] == ["q1"]
    assert events[-2:] == starts(questions(events)[0])


def test_demanded_question_that_comes_next_does_not_give_way_to_one_that_goes_on(conversation):
    hear(conversation, "what is rag?")
    [demanded] = questions(control(conversation, Action.INSTANT_QUERY))
    events = hear(conversation, "and ocr?", at=1)
    assert not any(isinstance(event, QuestionDropped) for event in events)
    assert conversation.answer_stopped("q1", SUMMARY)[-2:] == starts(demanded)


# --- questions that come again ----------------------------------------------------------------------------------------


def test_question_said_again_within_a_minute_names_the_answer_that_there_is(conversation):
    [first] = questions(hear(conversation, "what is rag?"))
    conversation.answer_ended("q1", SUMMARY)
    assert hear(conversation, "what is rag?", at=59)[2:] == said_again(first)
    assert [each.text for each in questions(hear(conversation, "what is rag?", at=61))] == ["what is rag?"]


@pytest.mark.parametrize("end", ["answer_failed", "cancelled"])
def test_question_that_got_no_answer_is_asked_when_it_is_said_again(conversation, end):
    hear(conversation, "what is rag?")
    if end == "cancelled":
        control(conversation, Action.CANCEL)
        conversation.answer_stopped("q1", SUMMARY)
    else:
        conversation.answer_failed("q1", FAILURE, SUMMARY)
    assert len(questions(hear(conversation, "what is rag?", at=5))) == 1


def test_question_that_is_demanded_again_is_asked_again(conversation):
    hear(conversation, "what is rag?")
    assert questions(conversation.receive(Ask(text="what is rag?"), 1))
    assert questions(control(conversation, Action.INSTANT_QUERY, at=2))


def test_window_of_repetition_is_an_option():
    conversation = talk(options=SessionOptions(dedup_window_s=0))
    hear(conversation, "what is rag?")
    assert questions(hear(conversation, "what is rag?", at=5))


def test_same_words_as_partial_final_and_correction_ask_once(conversation):
    partial(conversation, "what is", 0)
    partial(conversation, "what is rag?", 0.5)
    [first] = questions(hear(conversation, "what is rag?", at=1, segment_id="s1"))
    corrected = hear(conversation, "What is rag?", at=1.5, segment_id="s1")
    assert corrected == [
        SegmentCorrected(SegmentHeard(0, "What is rag?", "en", "s1", judgement=judged_question())),
        TAKEN_S1,
        *said_again(first),
    ]
    assert hear(conversation, "What is rag?", at=2, segment_id="s1") == [TAKEN_S1]


def test_correction_that_asks_something_else_takes_the_place_of_the_question(conversation):
    hear(conversation, "what is rack?", segment_id="s1")
    [corrected] = questions(hear(conversation, "what is rag?", at=0.5, segment_id="s1"))
    assert (corrected.text, corrected.replaces, corrected.segment_index) == ("what is rag?", "q1", 0)


def test_correction_of_an_utterance_that_has_ended_only_corrects_the_record(conversation):
    hear(conversation, "what is rack", segment_id="s1")
    hear(conversation, "never mind", at=60)
    assert hear(conversation, "what is rag?", at=61, segment_id="s1") == [
        SegmentCorrected(SegmentHeard(0, "what is rag?", "en", "s1", judgement=judged_question())),
        TAKEN_S1,
    ]


# --- questions that are only begun ------------------------------------------------------------------------------------


def test_unfinished_question_waits_for_its_rest(conversation):
    events = hear(conversation, "what is the difference between…")
    held = QuestionHeld("", 0, 1, PATIENCE_S)
    assert events[2:] == [FINAL_TAKEN, StageChanged(Stage.WAITING_FOR_QUESTION, UNFINISHED), held]
    [question] = questions(hear(conversation, "and that?", at=1.5))
    assert question.text == "what is the difference between… and that?"
    assert conversation.patience_over(held, PATIENCE_S) == []


def test_unfinished_question_is_asked_as_it_is_when_nothing_follows(conversation):
    held = hear(conversation, "what is the difference between…")[-1]
    events = conversation.patience_over(held, PATIENCE_S)
    assert [each.text for each in questions(events)] == ["what is the difference between…"]


def test_unfinished_question_waits_while_its_speaker_speaks_but_not_for_ever(conversation):
    held = hear(conversation, "what is the difference between…")[-1]
    partial(conversation, "rag", at=1.5)
    assert conversation.patience_over(held, 2) == [QuestionHeld("", 0, 1, PATIENCE_S - 0.5)]
    partial(conversation, "rag and", at=MAX_PATIENCE_S)
    assert questions(conversation.patience_over(held, MAX_PATIENCE_S))


def test_unfinished_question_is_not_lost_in_what_its_speaker_says_next(conversation):
    hear(conversation, "what is the difference…")
    waiting = hear(conversation, "mm", at=1)
    assert waiting[-1] == QuestionHeld("", 1, 2, PATIENCE_S)
    assert [each.text for each in questions(hear(conversation, "never mind", at=2))] == ["what is the difference…"]
    assert conversation.patience_over(waiting[-1], 3) == []


def test_nothing_is_asked_any_more_once_the_client_has_left(conversation):
    held = hear(conversation, "what is the difference between…")[-1]
    conversation.hang_up()
    assert conversation.patience_over(held, PATIENCE_S) == []


def test_question_whose_beginning_is_too_long_ago_goes_on_with_what_is_left_of_it(conversation, detector):
    hear(conversation, f"what is {'w' * 800}", f"{'x' * 800} and so on?")
    hear(conversation, "y" * 1_000, at=1)
    hear(conversation, "and z?", at=2)
    assert {len(text) <= MAX_UTTERANCE_CHARS for text, _ in detector.judged} == {True}
    assert all(0 <= heard <= len(text) for text, heard in detector.judged)
