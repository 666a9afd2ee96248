"""A detector that raises: what was said is kept all the same, and listening goes on."""

import pytest

from sessions_app.domain.events import JudgingFailed, SegmentCorrected, SegmentHeard, StageChanged
from sessions_app.domain.protocol import Stage
from sessions_app.domain.questions import load_detector
from sessions_app.models import TranscriptSegment
from sessions_app.tests.sockets import SPEECH, connected, summary
from sessions_app.tests.talking import FINAL_TAKEN, QuestionMarkDetector, hear, talk
from sessions_app.tests.test_listening import TAKEN_S1, questions

BAD = "the bad words"


class Broken(ValueError):  # noqa: N818 - a bug of the detector
    pass


def raising_at_bad_words(detector):
    """The detector, which cannot bear some words."""

    class Raising:
        def judge(self, text, *args, **kwargs):
            if BAD in text:
                raise Broken(text)
            return detector.judge(text, *args, **kwargs)

    return Raising()


def test_final_that_cannot_be_judged_is_kept_without_judgement():
    conversation = talk(raising_at_bad_words(QuestionMarkDetector()))
    kept, _language, taken, failed, stage = hear(conversation, BAD)
    assert (kept, taken) == (SegmentHeard(0, BAD, "en"), FINAL_TAKEN)
    assert isinstance(failed, JudgingFailed)
    assert isinstance(failed.error, Broken)
    assert stage == StageChanged(Stage.WAITING_FOR_QUESTION)
    assert [each.text for each in questions(hear(conversation, "why?", at=0.5))] == ["why?"]


def test_correction_that_cannot_be_judged_is_kept_and_its_question_goes_on():
    conversation = talk(raising_at_bad_words(QuestionMarkDetector()))
    hear(conversation, "why?", segment_id="s1")
    corrected, taken, *_ = hear(conversation, BAD, at=0.5, segment_id="s1")
    assert (corrected, taken) == (SegmentCorrected(SegmentHeard(0, BAD, "en", "s1")), TAKEN_S1)
    assert conversation.answer_delta("q1", "Because")
    assert [each.text for each in questions(hear(conversation, "how?", at=0.6))] == ["how?"]


def test_question_that_was_waited_for_is_asked_though_the_next_final_cannot_be_judged():
    conversation = talk(raising_at_bad_words(QuestionMarkDetector()))
    hear(conversation, "what is the difference…")
    assert [each.text for each in questions(hear(conversation, BAD, at=60))] == ["what is the difference…"]


@pytest.mark.django_db(transaction=True)
async def test_final_that_cannot_be_judged_is_stored_acknowledged_and_logged_once(scripted, monkeypatch, caplog):
    detector = raising_at_bad_words(load_detector())
    monkeypatch.setattr("sessions_app.consumers.load_detector", lambda: detector)
    async with connected() as client:
        await client.say(BAD, segment_id="s1")
        frames = await client.until_stage("waiting_for_question")
        assert [summary(frame) for frame in frames] == ["ack asr_chunk", "waiting_for_question"]
        await client.say(SPEECH)
        await client.until_idle()
    stored = [(row.text, row.verdict) async for row in TranscriptSegment.objects.order_by("index")]
    assert stored == [(BAD, ""), (SPEECH, "question")]
    [record] = caplog.records
    assert "while judging what was said: Broken at test_judging_errors.py:" in record.getMessage()
    assert BAD not in caplog.text
