"""Who is listened to, and how: several speakers, and the options of a session."""

from sessions_app.domain.events import (
    AnswerInterrupted,
    AnswerSummary,
    AskedQuestion,
    OptionsChanged,
    Outcome,
    QuestionAsked,
    QuestionDropped,
    SegmentHeard,
    StageChanged,
)
from sessions_app.domain.options import NewQuestion, SessionOptions
from sessions_app.domain.protocol import Action, Options, Stage
from sessions_app.domain.questions import Sensitivity
from sessions_app.tests.talking import (
    FINAL_TAKEN,
    SUMMARY,
    control,
    hear,
    starts,
    talk,
)

NOTHING = [StageChanged(Stage.WAITING_FOR_QUESTION)]


def questions(events) -> list[AskedQuestion]:
    return [event.question for event in events if isinstance(event, QuestionAsked)]


# --- several speakers -------------------------------------------------------------------------------------------------


def test_each_speaker_has_an_utterance(conversation, detector):
    hear(conversation, "what is the difference", speaker="ann")
    hear(conversation, "mm", at=1, speaker="ben")
    events = hear(conversation, "and why?", at=2, speaker="ann")
    assert detector.judged == [("what is the difference", 0), ("mm", 0), ("what is the difference and why?", 23)]
    [question] = questions(events)
    assert (question.text, question.speaker, question.segment_index) == ("what is the difference and why?", "ann", 2)


def test_utterance_ends_when_somebody_else_has_spoken(conversation, detector):
    hear(conversation, "what is the difference", speaker="ann")
    hear(conversation, "let us begin", at=1, speaker="ben")
    hear(conversation, "thanks", at=2, speaker="ann")
    assert detector.judged[-1] == ("thanks", 0)


def test_unfinished_utterance_goes_on_whoever_speaks(conversation, detector):
    hear(conversation, "what is…", speaker="ann")
    hear(conversation, "let us begin", at=1, speaker="ben")
    hear(conversation, "rag?", at=2, speaker="ann")
    assert detector.judged[-1] == ("what is… rag?", 9)


def test_only_those_ask_who_may():
    conversation = talk(options=SessionOptions(speakers=("ann",)))
    assert hear(conversation, "why?", speaker="ben")[0] == SegmentHeard(0, "why?", "en", speaker="ben")
    assert hear(conversation, "why?", at=1)[-1:] == NOTHING
    assert questions(hear(conversation, "why?", at=2, speaker="ann"))


def test_backchannel_neither_asks_nor_cancels():
    conversation = talk(options=SessionOptions(while_answering=NewQuestion.REPLACE))
    hear(conversation, "why?", speaker="ann")
    assert hear(conversation, "mm", at=1, speaker="ben")[1:] == [FINAL_TAKEN, *NOTHING]
    assert conversation.answer_delta("q1", "Because")


# --- options ----------------------------------------------------------------------------------------------------------


def test_new_question_takes_the_place_of_the_answer_where_that_is_wanted():
    conversation = talk(options=SessionOptions(while_answering=NewQuestion.REPLACE))
    [first] = questions(hear(conversation, "why?"))
    events = hear(conversation, "how?", at=9)
    assert events[-1] == AnswerInterrupted(first)
    stopped = conversation.answer_stopped("q1", SUMMARY)
    assert stopped[0].outcome is Outcome.REPLACED
    assert stopped[-2:] == starts(questions(events)[0])


def test_new_question_is_left_unanswered_where_that_is_wanted():
    conversation = talk(options=SessionOptions(while_answering=NewQuestion.IGNORE))
    hear(conversation, "why?")
    events = hear(conversation, "how?", at=9)
    [ignored] = questions(events)
    assert events[-2:] == [
        QuestionDropped(ignored, Outcome.IGNORED),
        StageChanged(Stage.WAITING_FOR_QUESTION, "ignored: another question is being answered", ignored),
    ]
    conversation.answer_ended("q1", SUMMARY)
    assert questions(hear(conversation, "how?", at=10))


def test_options_change_from_the_next_final_on(conversation):
    changed = SessionOptions(sensitivity=Sensitivity.EAGER, only_known=False)
    events = conversation.receive(Options(sensitivity=Sensitivity.EAGER, only_known=False), 0)
    assert events[0] == OptionsChanged(changed)
    assert (events[1].received_type, events[1].options, conversation.options) == ("options", changed, changed)
    [question] = questions(hear(conversation, "why?"))
    assert question.only_known is False


def test_lists_are_kept_without_blanks_around_names_and_without_repetitions(conversation):
    conversation.receive(Options(speakers=(" ann ", "ben", "ann"), languages=("en", "zh", "en")), 0)
    assert (conversation.options.speakers, conversation.options.languages) == (("ann", "ben"), ("en", "zh"))
    assert questions(hear(conversation, "why?", speaker="ann "))


def test_answer_without_a_word_says_that_the_question_was_left_unanswered(conversation):
    [question] = questions(hear(conversation, "why?"))
    events = conversation.answer_ended("q1", AnswerSummary("knowledge", finish_reason="not_found"))
    assert (events[0].outcome, events[0].content, events[0].stream_index) == (Outcome.NOT_KNOWN, "", 0)
    assert events[1:] == [StageChanged(Stage.IDLE, "left unanswered: nothing is known about it", question)]


# --- what is demanded -------------------------------------------------------------------------------------------------


def test_demand_asks_what_the_last_to_speak_has_said(conversation):
    hear(conversation, "we sell printers", speaker="ann")
    hear(conversation, "mine is broken", at=1, speaker="ben")
    hear(conversation, "really", at=2, speaker="ann")
    hear(conversation, "the blue one", "mm", at=3, speaker="ben")
    [question] = questions(control(conversation, Action.INSTANT_QUERY, at=4))
    assert (question.text, question.speaker) == ("mine is broken the blue one mm", "ben")
    assert question.context == ("we sell printers", "really")


def test_demand_asks_again_what_the_last_to_speak_has_said_last(conversation):
    hear(conversation, "mine is broken", speaker="ben")
    control(conversation, Action.INSTANT_QUERY)
    [question] = questions(control(conversation, Action.INSTANT_QUERY, at=1))
    assert (question.text, question.speaker) == ("mine is broken", "ben")


def test_demand_passes_over_who_only_listens(conversation):
    hear(conversation, "mine is broken", speaker="ben")
    hear(conversation, "mm", at=1, speaker="ann")
    [question] = questions(control(conversation, Action.INSTANT_QUERY, at=2))
    assert (question.text, question.context) == ("mine is broken", ("mm",))


def test_demand_passes_over_who_may_not_ask():
    conversation = talk(options=SessionOptions(speakers=("ben",)))
    hear(conversation, "mine is broken", speaker="ben")
    hear(conversation, *["let us see"] * 8, at=1, speaker="ann")
    [question] = questions(control(conversation, Action.INSTANT_QUERY, at=2))
    assert (question.text, question.speaker) == ("mine is broken", "ben")


def test_demand_is_answered_where_nobody_has_spoken_who_may_ask():
    conversation = talk(options=SessionOptions(speakers=("ann",)))
    hear(conversation, "mine is broken", "the blue one")
    [question] = questions(control(conversation, Action.INSTANT_QUERY, at=1))
    assert question.text == "mine is broken the blue one"
