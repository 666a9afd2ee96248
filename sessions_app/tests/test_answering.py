"""Whose turn it is: one answer runs, the rest waits, and whatever interrupts it does so at once."""

from sessions_app.domain.events import (
    AnswerAbandoned,
    AnswerDelta,
    AnswerEnded,
    AnswerInterrupted,
    AnswerSource,
    AnswerStarted,
    AnswerSummary,
    Failure,
    Outcome,
    QuestionAsked,
    QuestionDropped,
    Refused,
    SessionClosed,
    SourcesCited,
    StageChanged,
    Trigger,
)
from sessions_app.domain.protocol import Action, ErrorCode, Stage
from sessions_app.tests.talking import CONTROL_TAKEN, IDLE, PAUSED, SUMMARY, asked, control, ended, hear, starts, talk


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


def test_answer_that_knows_nothing_leaves_the_question_open(conversation):
    question = hear(conversation, "why?")[-1].question
    conversation.answer_delta("q1", "I do not know.")
    summary = AnswerSummary("scripted", finish_reason="not_found")
    [end, *_] = conversation.answer_ended("q1", summary)
    assert end == AnswerEnded(question, Outcome.NOT_KNOWN, "I do not know.", (), summary, stream_index=1)


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
        StageChanged(Stage.WAITING_FOR_QUESTION, "dropped: too many questions are waiting", dropped),
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


def test_cancel_while_paused_ends_on_paused(conversation):
    control(conversation, Action.PAUSE)
    assert control(conversation, Action.CANCEL)[1:] == [StageChanged(Stage.IDLE, "nothing to cancel"), PAUSED]


def test_cancel_without_an_answer_says_so(conversation):
    assert control(conversation, Action.CANCEL) == [CONTROL_TAKEN, StageChanged(Stage.IDLE, "nothing to cancel")]


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


def test_answer_that_begins_anew_keeps_the_first_attempt_apart(conversation):
    question = hear(conversation, "why?")[-1].question
    conversation.answer_delta("q1", "Be")
    assert conversation.answer_restarted("q1", "interrupted", SUMMARY) == [
        AnswerAbandoned(ended(question, Outcome.PARTIAL, "Be", error_reason="interrupted")),
        StageChanged(Stage.QUERYING_RAG, "the answer begins anew", question, is_restart=True),
    ]
    assert conversation.answer_delta("q1", "Since") == [AnswerDelta(question, 0, "Since")]
    assert conversation.answer_ended("q1", SUMMARY)[0] == ended(question, Outcome.ANSWERED, "Since", stream_index=1)
    assert conversation.answer_restarted("q1", "late", SUMMARY) == []


def test_note_about_an_answer_reaches_the_client_while_it_is_wanted(conversation):
    question = hear(conversation, "why?")[-1].question
    assert conversation.answer_noted("q1", "shortened") == [StageChanged(Stage.QUERYING_RAG, "shortened", question)]
    control(conversation, Action.CANCEL)
    assert conversation.answer_noted("q1", "late") == []
