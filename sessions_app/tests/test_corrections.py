"""Finals whose words change, or that could not be stored, and what becomes of the questions in them."""

import pytest

from sessions_app.domain.answering import TAKEN_BACK
from sessions_app.domain.events import (
    AnswerInterrupted,
    Outcome,
    QuestionDropped,
    SegmentCorrected,
    StageChanged,
)
from sessions_app.domain.listening import ASKED_BEFORE
from sessions_app.domain.protocol import Action, Options, Stage
from sessions_app.domain.utterances import MAX_ASKED
from sessions_app.tests.talking import SUMMARY, control, hear, starts
from sessions_app.tests.test_listening import FAILURE, questions


def dropped(events):
    return [(event.question.id, event.outcome) for event in events if isinstance(event, QuestionDropped)]


def test_refused_correction_counts_as_new_when_it_is_sent_again(conversation):
    hear(conversation, "the old bridge", segment_id="s1")
    [corrected, *_] = hear(conversation, "the new bridge", segment_id="s1")
    conversation.forget(corrected)
    again = hear(conversation, "the new bridge", segment_id="s1")
    assert again[0] == corrected
    assert not isinstance(hear(conversation, "the new bridge", segment_id="s1")[0], SegmentCorrected)


def test_final_that_was_refused_is_no_part_of_what_is_heard(conversation, detector):
    [first, *_] = hear(conversation, "how old is it?", segment_id="s1")
    conversation.forget(first)
    conversation.answer_failed("q1", FAILURE, SUMMARY)
    hear(conversation, "how old is it?", at=1, segment_id="s1")
    events = hear(conversation, "how tall is it?", at=2, segment_id="s1")
    assert events[0].segment.index == 1
    assert [each.text for each in questions(events)] == ["how tall is it?"]
    assert detector.judged[-1] == ("how tall is it?", 0)


def test_correction_that_shortens_what_stands_before_the_question_replaces_it(conversation):
    hear(conversation, "i was there with my brother so how old is it?", segment_id="s1")
    [corrected] = questions(hear(conversation, "how long?", at=1, segment_id="s1"))
    assert (corrected.text, corrected.replaces) == ("how long?", "q1")


def test_correction_of_the_first_of_two_questions_leaves_the_second_alone(conversation):
    hear(conversation, "how old is it?", segment_id="s1")
    hear(conversation, "who built it?", at=1)
    events = hear(conversation, "how long is it?", at=2, segment_id="s1")
    [corrected] = questions(events)
    assert (corrected.text, corrected.replaces) == ("how long is it?", "q1")
    assert isinstance(events[-1], AnswerInterrupted)
    assert dropped(events) == []


@pytest.mark.parametrize("corrected", ["that is rag", "mm"])
def test_correction_into_what_asks_nothing_takes_the_question_back(conversation, corrected):
    [running] = questions(hear(conversation, "what is rag?", segment_id="s1"))
    hear(conversation, "why?", at=9, segment_id="s2")
    assert dropped(hear(conversation, corrected, at=10, segment_id="s2")) == [("q2", Outcome.CANCELLED)]
    assert conversation.answer_ended("q1", SUMMARY)[-1] == StageChanged(Stage.IDLE, question=running)
    [again] = questions(hear(conversation, "why?", at=11, segment_id="s2"))
    assert hear(conversation, corrected, at=12, segment_id="s2")[-2:] == [
        StageChanged(Stage.INTERRUPTING, TAKEN_BACK, again),
        AnswerInterrupted(again),
    ]
    assert conversation.answer_stopped(again.id, SUMMARY)[-1].note == "cancelled"


def test_correction_asks_without_what_was_said_after_it(conversation):
    hear(conversation, "what is rack?", segment_id="s1")
    hear(conversation, "we use it here", at=1)
    [corrected] = questions(hear(conversation, "what is rag?", at=2, segment_id="s1"))
    assert corrected.text == "what is rag?"


def test_correction_of_the_end_of_a_question_that_went_on_replaces_all_of_it(conversation):
    hear(conversation, "what is rag?")
    hear(conversation, "and ocr?", at=1, segment_id="s2")
    conversation.answer_stopped("q1", SUMMARY)
    [corrected] = questions(hear(conversation, "and asr?", at=2, segment_id="s2"))
    assert (corrected.text, corrected.replaces) == ("what is rag? and asr?", "q2")


def test_question_whose_answer_is_being_cancelled_is_asked_when_it_is_said_again(conversation):
    hear(conversation, "why?")
    control(conversation, Action.CANCEL)
    [again] = questions(hear(conversation, "why?", at=1))
    assert conversation.answer_stopped("q1", SUMMARY)[-2:] == starts(again)


def test_correction_that_is_taken_back_asks_the_first_question(conversation):
    hear(conversation, "what is rag?", segment_id="s1")
    hear(conversation, "what is rack?", at=0.5, segment_id="s1")
    [last] = questions(hear(conversation, "what is rag?", at=1, segment_id="s1"))
    assert (last.text, conversation.answer_stopped("q1", SUMMARY)[-2:]) == ("what is rag?", starts(last))


def test_punctuation_that_comes_after_a_failure_asks_nothing_and_names_no_answer(conversation):
    hear(conversation, "so what is rag?", segment_id="s1")
    conversation.answer_failed("q1", FAILURE, SUMMARY)
    events = hear(conversation, "so What is rag?", at=1, segment_id="s1")
    assert questions(events) == []
    assert ASKED_BEFORE not in [getattr(event, "note", "") for event in events]


def test_question_that_replaces_one_nobody_heard_of_stands_for_what_that_stood_for(conversation):
    hear(conversation, "what is rack?", segment_id="s1")
    hear(conversation, "what is wreck?", at=0.5, segment_id="s1")
    events = hear(conversation, "what is rag?", at=1, segment_id="s1")
    assert dropped(events) == [("q2", Outcome.REPLACED)]
    assert questions(events)[0].replaces == "q1"


def test_cancelling_gives_up_what_was_to_take_the_place_of_the_answer(conversation):
    hear(conversation, "what is rack?", segment_id="s1")
    hear(conversation, "what is rag?", at=0.5, segment_id="s1")
    assert dropped(control(conversation, Action.CANCEL)) == [("q2", Outcome.CANCELLED)]
    assert conversation.answer_stopped("q1", SUMMARY)[-1].note == "cancelled"


def test_question_that_is_taken_back_before_it_takes_the_place_of_another_is_not_asked(conversation):
    hear(conversation, "what is rack?", segment_id="s1")
    hear(conversation, "what is rag?", at=0.5, segment_id="s1")
    assert dropped(hear(conversation, "that is rag", at=1, segment_id="s1")) == [("q2", Outcome.CANCELLED)]
    assert conversation.answer_stopped("q1", SUMMARY)[-1].note == "cancelled"


def test_held_question_whose_final_was_refused_is_not_asked(conversation):
    [first, *_, held] = hear(conversation, "what is the difference…", segment_id="s1")
    hear(conversation, "mm", at=1)
    conversation.forget(first)
    assert conversation.patience_over(held, 4) == []
    assert questions(hear(conversation, "never mind", at=2)) == []


def test_demanding_what_is_about_to_be_asked_asks_all_of_it(conversation):
    hear(conversation, "what is rag?", "and ocr?")
    [demanded] = questions(control(conversation, Action.INSTANT_QUERY))
    assert demanded.text == "what is rag? and ocr?"


def test_questions_of_an_utterance_are_remembered_up_to_a_bound(conversation):
    for number in range(3 * MAX_ASKED):
        hear(conversation, f"what is {number}?", at=number / 10)
    assert len(conversation._listening._utterances.find("").asked) == MAX_ASKED


def test_correction_of_what_stands_before_a_held_question_holds_it_still(conversation):
    hear(conversation, "we talked", segment_id="s1")
    held = hear(conversation, "so what is the difference…", at=1)[-1]
    held = hear(conversation, "we talked about it", at=1.5, segment_id="s1")[-1]
    assert [each.text for each in questions(conversation.patience_over(held, 4))] == ["what is the difference…"]


def test_correction_of_a_held_question_that_is_none_asks_nothing(conversation):
    held = hear(conversation, "what is the difference…", segment_id="s1")[-1]
    assert questions(hear(conversation, "that is different", at=1, segment_id="s1")) == []
    assert conversation.patience_over(held, 4) == []


@pytest.mark.parametrize("how", ["paused", "narrowed"])
def test_held_question_is_not_asked_once_nobody_may_ask(conversation, how):
    held = hear(conversation, "what is the difference…")[-1]
    if how == "paused":
        control(conversation, Action.PAUSE)
    else:
        conversation._listening.options = conversation.options.changed_by(Options(speakers=("ann",)))
    assert conversation.patience_over(held, 2) == []


def test_patience_with_a_question_ends_with_its_utterance(conversation):
    held = hear(conversation, "what is the difference…")[-1]
    control(conversation, Action.INSTANT_QUERY)
    hear(conversation, "what is the point…", at=1)
    assert conversation.patience_over(held, 2) == []
