"""The record: what an await on it promises, and what happens when the database does not play along."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from sessions_app import journal as journal_module
from sessions_app import records
from sessions_app.defaults import read_options
from sessions_app.domain.events import (
    AskedQuestion,
    EndReason,
    Judgement,
    OptionsChanged,
    QuestionAsked,
    SegmentCorrected,
    SegmentHeard,
    Trigger,
)
from sessions_app.domain.options import SessionOptions
from sessions_app.domain.questions import QuestionClass
from sessions_app.journal import Journal
from sessions_app.models import Question, RealtimeSession, TranscriptSegment
from sessions_app.records import LOST_AFTER, SessionEnded, SessionOpened, SessionResumed, SessionsSeen

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def journal():
    journal = Journal(max_records=5_000)
    yield journal
    journal.close()


async def opened(journal: Journal, name: str = "meeting") -> UUID:
    key = uuid4()
    assert await journal.put(key, SessionOpened(name, is_server_made=False, client_key=uuid4().hex)) is None
    return key


def segment(index: int, text: str = "words", **fields) -> SegmentHeard:
    return SegmentHeard(index, text, "en", **fields)


async def test_awaited_record_is_durable(journal):
    key = await opened(journal)
    assert await journal.put(key, segment(0)) is None
    assert await TranscriptSegment.objects.filter(session_id=key).acount() == 1


async def test_corrections_take_the_place_of_what_was_stored_in_one_transaction_and_later(journal):
    key = await opened(journal)
    first, judgement = segment(0, "what is rack", segment_id="s1"), Judgement(QuestionClass.QUESTION, 0.9, "rule", 0, 0)
    corrected = [replace(first, text=text, judgement=judgement) for text in ("what is rag", "What is RAG?")]
    await asyncio.gather(journal.put(key, first), *(journal.put(key, SegmentCorrected(each)) for each in corrected))
    row = await TranscriptSegment.objects.aget()
    assert (row.text, row.verdict, row.confidence) == ("What is RAG?", "question", 0.9)
    assert (row.utterance, row.question_from) == (0, 0)
    await TranscriptSegment.objects.aupdate(mark="right")
    await journal.put(key, SegmentCorrected(replace(first, text="What is rag?")))
    row = await TranscriptSegment.objects.aget()
    assert (row.text, row.verdict, row.mark, row.segment_id) == ("What is rag?", "question", "right", "s1")
    await journal.put(key, SegmentCorrected(corrected[0]))
    assert (await TranscriptSegment.objects.aget()).mark == ""


async def test_correction_is_kept_even_where_what_it_corrects_was_lost(journal):
    key = await opened(journal)
    await journal.put(key, SegmentCorrected(segment(3, "what is rag", segment_id="s1")))
    assert await TranscriptSegment.objects.values_list("index", "text").aget() == (3, "what is rag")


async def test_options_are_those_that_were_set_last(journal):
    key = await opened(journal)
    session = await RealtimeSession.objects.aget()
    assert read_options(session.options) == SessionOptions()
    options = SessionOptions(speakers=("ann",), dedup_window_s=5)
    await journal.put(key, OptionsChanged(options))
    await session.arefresh_from_db()
    assert read_options(session.options) == options


async def test_what_arrives_meanwhile_shares_a_transaction(journal, monkeypatch):
    key = await opened(journal)
    batches = []

    def count_and_write(entries):
        batches.append(len(entries))
        records.write(entries)

    monkeypatch.setattr(journal_module, "write", count_and_write)
    results = await asyncio.gather(*(journal.put(key, segment(index)) for index in range(500)))
    assert set(results) == {None}
    assert sum(batches) == 500
    assert len(batches) < 100
    assert await TranscriptSegment.objects.acount() == 500


async def test_bad_record_does_not_take_the_others_with_it(journal, caplog):
    key = await opened(journal)
    nobody = uuid4()
    puts = [journal.put(key if index % 2 else nobody, segment(index, f"secret {index}")) for index in range(10)]
    results = await asyncio.gather(*puts)
    assert [result is None for result in results] == [bool(index % 2) for index in range(10)]
    assert all(result in caplog.text for result in results if result)
    assert "secret" not in caplog.text
    assert await TranscriptSegment.objects.acount() == 5


async def test_database_that_comes_back_in_time_loses_nothing(journal, monkeypatch):
    key = await opened(journal)
    failures = [OperationalError("away"), OperationalError("away")]

    def fail_first(entries):
        if failures:
            raise failures.pop()
        records.write(entries)

    monkeypatch.setattr(journal_module, "RETRIES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(journal_module, "write", fail_first)
    assert await journal.put(key, segment(0)) is None
    assert await TranscriptSegment.objects.acount() == 1


async def test_database_that_stays_away_is_told_and_the_journal_goes_on(journal, monkeypatch):
    key = await opened(journal)

    def fail(_entries):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "RETRIES_S", (0.0,))
        patch.setattr(journal_module, "write", fail)
        assert await journal.put(key, segment(0))
    assert await journal.put(key, segment(1)) is None


async def test_full_journal_refuses(monkeypatch):
    monkeypatch.setattr("threading.Thread.start", lambda _thread: None)
    journal = Journal(max_records=2)
    done = [journal.put(uuid4(), segment(index)) for index in range(3)]
    assert [future.done() for future in done] == [False, False, True]
    assert done[2].result()


async def test_closing_writes_what_waits():
    journal = Journal(max_records=5_000)
    key = await opened(journal)
    for index in range(100):
        journal.put(key, segment(index))
    await asyncio.to_thread(journal.close)
    assert await TranscriptSegment.objects.acount() == 100


async def test_repeated_segment_is_kept_once(journal):
    key = await opened(journal)
    assert await journal.put(key, segment(0, segment_id="s1")) is None
    assert await journal.put(key, segment(1, segment_id="s1")) is None
    assert [row.index async for row in TranscriptSegment.objects.all()] == [0]


async def test_session_may_end_and_go_on(journal):
    key = await opened(journal)
    await journal.put(key, SessionEnded(EndReason.SWITCHED, 7))
    session = await RealtimeSession.objects.aget()
    assert (session.end_reason, session.last_seq, session.ended_at is None) == ("switched", 7, False)
    await journal.put(key, SessionResumed())
    await session.arefresh_from_db()
    assert (session.end_reason, session.ended_at) == ("", None)


async def test_sessions_of_a_server_that_went_away_are_closed_with_their_questions(journal):
    lost, alive = await opened(journal, "lost"), await opened(journal, "alive")
    for key in (lost, alive):
        await journal.put(key, QuestionAsked(AskedQuestion(str(uuid4()), "why", "en", Trigger.DETECTED, 0.9, "rule")))
    long_ago = datetime.now(UTC) - LOST_AFTER - timedelta(seconds=1)
    await RealtimeSession.objects.aupdate(seen_at=long_ago)
    await journal.put(uuid4(), SessionsSeen((alive,)))
    sessions = {row.name: row async for row in RealtimeSession.objects.all()}
    assert (sessions["lost"].end_reason, sessions["lost"].ended_at) == ("lost", long_ago)
    assert (sessions["alive"].end_reason, sessions["alive"].ended_at) == ("", None)
    outcomes = {row.session_id: row.outcome async for row in Question.objects.all()}
    assert outcomes == {lost: "lost", alive: ""}
    await journal.put(uuid4(), SessionsSeen((lost,)))
    taken_back = await RealtimeSession.objects.aget(pk=lost)
    assert (taken_back.end_reason, taken_back.ended_at) == ("", None)
