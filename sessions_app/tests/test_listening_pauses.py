"""Where an utterance ends: by the recogniser's times, or by when the words arrive."""

import pytest

from sessions_app.domain.events import QuestionHeld
from sessions_app.domain.listening import PATIENCE_S
from sessions_app.domain.protocol import Action
from sessions_app.domain.utterances import PAUSE_S, UNFINISHED_MEASURED_PAUSE_S, UNFINISHED_PAUSE_S
from sessions_app.tests.talking import control, hear
from sessions_app.tests.test_listening import questions

BEGUN, REST = "what is the difference between…", "and that?"
JOINED = f"{BEGUN} {REST}"


def ms(seconds: float) -> int:
    return round(seconds * 1000)


@pytest.mark.parametrize(
    ("pause", "last"), [(UNFINISHED_MEASURED_PAUSE_S, JOINED), (UNFINISHED_MEASURED_PAUSE_S + 1, REST)]
)
def test_times_tell_how_long_the_rest_of_a_question_is_waited_for(conversation, detector, pause, last):
    hear(conversation, BEGUN, start_ms=0, end_ms=2_000)
    hear(conversation, REST, at=pause, start_ms=2_000 + ms(pause), end_ms=4_000 + ms(pause))
    assert detector.judged[-1][0] == last


@pytest.mark.parametrize(("pause", "last"), [(PAUSE_S, "why is that?"), (PAUSE_S + 1, "is that?")])
def test_times_tell_how_long_what_may_end_there_goes_on(conversation, detector, pause, last):
    hear(conversation, "why", start_ms=0, end_ms=500)
    hear(conversation, "is that?", at=1, start_ms=500 + ms(pause))
    assert detector.judged[-1][0] == last


@pytest.mark.parametrize("told", [{"end_ms": 2_000}, {}])
def test_without_both_times_arrivals_tell(conversation, detector, told):
    hear(conversation, BEGUN, **told)
    hear(conversation, REST, at=UNFINISHED_PAUSE_S)
    assert detector.judged[-1][0] == JOINED


def test_clock_that_goes_back_tells_nothing(conversation, detector):
    hear(conversation, BEGUN, start_ms=60_000, end_ms=62_000)
    hear(conversation, REST, at=1, start_ms=0, end_ms=900)
    assert detector.judged[-1][0] == JOINED
    hear(conversation, "well", at=60, start_ms=100, end_ms=500)
    assert detector.judged[-1][0] == "well"


def test_corrected_times_hold(conversation, detector):
    hear(conversation, "what…", start_ms=0, end_ms=500, segment_id="s1")
    hear(conversation, BEGUN, at=1, start_ms=0, end_ms=6_000, segment_id="s1")
    hear(conversation, REST, at=2, start_ms=6_500, end_ms=7_000)
    assert detector.judged[-1][0] == JOINED


def test_correction_without_times_leaves_them(conversation, detector):
    hear(conversation, "what…", start_ms=0, end_ms=500, segment_id="s1")
    hear(conversation, BEGUN, at=1, segment_id="s1")
    hear(conversation, REST, at=2, start_ms=6_500, end_ms=7_000)
    assert detector.judged[-1][0] == REST


def test_question_whose_rest_comes_too_late_by_its_times_is_asked_as_it_is(conversation):
    held = hear(conversation, BEGUN, start_ms=0, end_ms=2_000)[-1]
    assert isinstance(held, QuestionHeld)
    events = hear(conversation, "let us go on", at=1, start_ms=20_000, end_ms=21_000)
    assert [each.text for each in questions(events)] == [BEGUN]
    assert conversation.patience_over(held, PATIENCE_S) == []


# --- from when on the time to an answer counts ------------------------------------------------------------------------


def causes(events) -> list[float]:
    return [question.caused_at for question in questions(events)]


def test_question_joined_of_several_finals_counts_from_the_last_of_them(conversation):
    hear(conversation, BEGUN)
    assert causes(hear(conversation, REST, at=1.5)) == [1.5]


def test_held_question_counts_from_its_final_however_its_wait_ends(conversation):
    held = hear(conversation, BEGUN, at=1)[-1]
    assert causes(conversation.patience_over(held, 1 + PATIENCE_S)) == [1]
    hear(conversation, "what was…", at=100)
    hear(conversation, "mm", at=101)
    assert causes(hear(conversation, "never mind", at=102)) == [100]
    hear(conversation, "who is…", at=200, end_ms=1_000)
    assert causes(hear(conversation, "let us go on", at=201, start_ms=20_000)) == [200]


def test_demanded_question_counts_from_the_demand(conversation):
    hear(conversation, "fine", at=1)
    assert causes(control(conversation, Action.INSTANT_QUERY, at=5)) == [5]
