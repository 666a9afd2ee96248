"""Questions whose words were misheard: corrected, they are asked as they were meant, or not at all."""

import pytest

from sessions_app.domain.answering import TAKEN_BACK
from sessions_app.domain.events import (
    AnswerInterrupted,
    AnswerSummary,
    Outcome,
    QuestionDropped,
    StageChanged,
)
from sessions_app.domain.listening import ASKED_BEFORE
from sessions_app.domain.protocol import Stage
from sessions_app.domain.questions import load_detector
from sessions_app.tests.talking import SUMMARY, hear, starts, talk
from sessions_app.tests.test_corrections import dropped
from sessions_app.tests.test_listening import TAKEN_S1, questions, said_again

MISHEARD, CORRECTED = "how do i share a documint?", "how do i share a document?"


def test_slip_that_is_corrected_takes_the_place_of_the_running_question(conversation):
    [misheard] = questions(hear(conversation, MISHEARD, segment_id="s1"))
    events = hear(conversation, CORRECTED, at=1, segment_id="s1")
    [corrected] = questions(events)
    assert (corrected.text, corrected.replaces) == (CORRECTED, "q1")
    assert events[-2:] == [StageChanged(Stage.INTERRUPTING, question=misheard), AnswerInterrupted(misheard)]
    assert conversation.answer_stopped("q1", SUMMARY)[-2:] == starts(corrected)
    assert hear(conversation, CORRECTED, at=2, segment_id="s1") == [TAKEN_S1]


def test_slip_that_is_corrected_takes_the_place_of_the_waiting_question(conversation):
    hear(conversation, "why?")
    hear(conversation, MISHEARD, at=9, segment_id="s1")
    events = hear(conversation, CORRECTED, at=10, segment_id="s1")
    assert dropped(events) == [("q2", Outcome.REPLACED)]
    assert conversation.answer_ended("q1", SUMMARY)[-2:] == starts(questions(events)[0])


@pytest.mark.parametrize("finish_reason", ["stop", "not_found"])
def test_slip_that_is_corrected_after_the_answer_is_asked_anew(conversation, finish_reason):
    hear(conversation, MISHEARD, segment_id="s1")
    conversation.answer_ended("q1", AnswerSummary("knowledge", finish_reason=finish_reason))
    [corrected] = questions(hear(conversation, CORRECTED, at=1, segment_id="s1"))
    assert (corrected.text, corrected.replaces) == (CORRECTED, "q1")
    conversation.answer_ended("q2", SUMMARY)
    assert hear(conversation, CORRECTED, at=2, segment_id="s1") == [TAKEN_S1]
    assert hear(conversation, MISHEARD, at=9)[2:] == said_again(corrected)


def test_correction_does_not_find_the_answer_to_what_was_misheard(conversation):
    hear(conversation, MISHEARD, segment_id="s1")
    conversation.answer_ended("q1", SUMMARY)
    hear(conversation, CORRECTED, at=1, segment_id="s1")
    conversation.answer_ended("q2", AnswerSummary("knowledge", finish_reason="not_found"))
    assert [each.text for each in questions(hear(conversation, CORRECTED, at=9))] == [CORRECTED]


def test_fillers_that_are_corrected_leave_the_running_question_alone(conversation):
    [asked] = questions(hear(conversation, CORRECTED, segment_id="s1"))
    events = hear(conversation, "Um, how do I share a document, please?", at=1, segment_id="s1")
    assert events[2:] == said_again(asked)
    assert conversation.answer_delta("q1", "You")


def test_held_question_is_asked_as_it_was_corrected(conversation):
    hear(conversation, "how do i share a documint…", segment_id="s1")
    held = hear(conversation, "how do i share a document…", at=1, segment_id="s1")[-1]
    assert [each.text for each in questions(conversation.patience_over(held, 4))] == ["how do i share a document…"]


def test_correction_into_what_was_asked_before_takes_the_misheard_question_back(conversation):
    [first] = questions(hear(conversation, CORRECTED))
    conversation.answer_ended("q1", SUMMARY)
    [misheard] = questions(hear(conversation, "how do i share a dog cement?", at=9, segment_id="s1"))
    assert hear(conversation, CORRECTED, at=10, segment_id="s1")[2:] == [
        StageChanged(Stage.INTERRUPTING, TAKEN_BACK, misheard),
        AnswerInterrupted(misheard),
        *said_again(first),
    ]


def test_question_whose_answer_has_ended_is_taken_back_with_a_word(conversation):
    [asked] = questions(hear(conversation, "what is rag?", segment_id="s1"))
    conversation.answer_ended("q1", SUMMARY)
    assert hear(conversation, "that is rag", at=1, segment_id="s1")[2:] == [
        QuestionDropped(asked, Outcome.CANCELLED),
        StageChanged(Stage.WAITING_FOR_QUESTION, TAKEN_BACK, asked),
    ]
    assert hear(conversation, "that is a rag", at=2, segment_id="s1")[2:] == []
    assert [each.replaces for each in questions(hear(conversation, "what is rag?", at=3, segment_id="s1"))] == [""]


@pytest.mark.parametrize(
    ("corrected", "changed", "kept"),
    [("how old is it? how long is he?", "q2", "q1"), ("how odd is it? how long is it?", "q1", "q2")],
)
def test_correction_of_one_of_two_questions_in_a_final_leaves_the_other_alone(conversation, corrected, changed, kept):
    hear(conversation, "how old is it? how long is it?", segment_id="s1")
    events = hear(conversation, corrected, at=1, segment_id="s1")
    assert [each.replaces for each in questions(events)] == [changed]
    assert [event.question.id for event in events if getattr(event, "note", "") == ASKED_BEFORE] == [kept]


def test_first_of_two_questions_may_be_corrected_twice(conversation):
    hear(conversation, "how old is it? how long is it?", segment_id="s1")
    hear(conversation, "how odd is it? how long is it?", at=0.5, segment_id="s1")
    [last] = questions(hear(conversation, "how cold is it? how long is it?", at=1, segment_id="s1"))
    assert (last.text, last.replaces) == ("how cold is it?", "q1")


def test_question_that_goes_on_after_a_correction_keeps_the_answer_to_its_beginning(conversation):
    hear(conversation, "what is rack?", segment_id="s1")
    [corrected] = questions(hear(conversation, "what is rag?", at=0.5, segment_id="s1"))
    conversation.answer_stopped("q1", SUMMARY)
    conversation.answer_ended("q2", SUMMARY)
    [longer] = questions(hear(conversation, "and ocr?", at=1))
    conversation.answer_ended(longer.id, SUMMARY)
    assert hear(conversation, "what is rag?", at=9)[2:] == said_again(corrected)


def test_correction_into_one_of_two_questions_takes_the_other_back(conversation):
    hear(conversation, "how old is it? how long is it?", segment_id="s1")
    events = hear(conversation, "we spoke of it so how long is it?", at=1, segment_id="s1")
    assert questions(events) == []
    assert [(event.stage, event.question.id) for event in events if getattr(event, "note", "") == TAKEN_BACK] == [
        (Stage.INTERRUPTING, "q1")
    ]


def test_questions_of_a_corrected_final_go_on_where_they_stand_then(conversation):
    hear(conversation, "well, how old is it?", segment_id="s1")
    hear(conversation, "how old is it?", at=0.5, segment_id="s1")
    conversation.answer_ended("q1", SUMMARY)
    [longer] = questions(hear(conversation, "and how long?", at=1))
    assert (longer.text, longer.replaces) == ("how old is it? and how long?", "q1")


def test_capital_that_is_corrected_takes_nothing_back() -> None:
    conversation = talk(load_detector())
    begun = "i think the server is down what is the difference between a process"
    hear(conversation, begun, segment_id="s1")
    [question] = questions(hear(conversation, "and a thread", at=1, segment_id="s2"))
    events = hear(conversation, begun.capitalize(), at=2, segment_id="s1")
    assert events[-1:] == said_again(question)
    assert not dropped(events)


@pytest.mark.parametrize("text", ["What is RAG? We use it a lot. What is RAG?", "怎么退款？我买错了。怎么退款？"])
def test_question_twice_in_one_final_is_asked_once(text: str) -> None:
    assert len(questions(hear(talk(load_detector()), text))) == 1
