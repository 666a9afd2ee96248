"""Marked verdicts as data for the detector."""

import gzip
import json
import runpy
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import AsyncClient, Client
from django.utils import timezone

from sessions_app.domain.events import SegmentHeard
from sessions_app.domain.questions import load_detector
from sessions_app.export import reading
from sessions_app.export.marks import as_marks, bare
from sessions_app.models import RealtimeSession
from sessions_app.records import Entry, write
from sessions_app.tests import rows
from sessions_app.tests.operators import LIST, operator, page_of
from sessions_app.tests.talking import hear, talk

pytestmark = pytest.mark.django_db
MARKED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def said(session: RealtimeSession, *segments: dict[str, Any]) -> RealtimeSession:
    """What the detector made of each segment, and what operators say of that."""
    for index, fields in enumerate(segments):
        judged = {"verdict": "none", "utterance": index, "marked_at": MARKED_AT if "mark" in fields else None}
        session.segments.filter(index=index).update(**{**judged, **fields})
    return session


def lines(*sessions: RealtimeSession, since: datetime | None = None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in as_marks(sessions, since)]


@pytest.mark.parametrize(
    ("verdict", "mark", "label"),
    [
        ("question", "right", 1),
        ("request", "right", 1),
        ("none", "wrong", 1),
        ("question", "wrong", 0),
        ("request", "wrong", 0),
        ("none", "right", 0),
    ],
)
def test_label_is_what_is_true(verdict: str, mark: str, label: int) -> None:
    session = said(rows.session("So, what's RAG?"), {"verdict": verdict, "mark": mark})
    assert lines(session) == [
        {
            "text": "so what's rag",
            "punct": "So, what's RAG?",
            "label": label,
            "lang": "en",
            "conv": str(session.pk),
            "tag": verdict,
            "prev": "",
            "prev_same": False,
        }
    ]


@pytest.mark.parametrize("verdict", ["question", "request", "none"])
def test_question_in_other_words_is_one_in_the_words_that_the_operator_has_given(verdict: str) -> None:
    other = {"verdict": verdict, "mark": "words", "marked_words": "那 RAG 是什么？", "utterance": 0, "question_from": 1}
    session = said(rows.session("Hello.", "that what", "is it"), {}, {}, other)
    assert [(line["text"], line["punct"], line["label"], line["lang"]) for line in lines(session)] == [
        ("那rag是什么", "那 RAG 是什么？", 1, "zh")
    ]


def test_exported_marks_are_read_as_training_data(tmp_path: Path) -> None:
    other = {"verdict": "question", "mark": "words", "marked_words": "What is RAG?"}
    session = said(rows.session("is RAG", "fine"), other, {"verdict": "question", "mark": "wrong"})
    call_command("export_marks", str(tmp_path / "own_en.train.jsonl.gz"), stdout=StringIO())
    read = runpy.run_path(str(settings.BASE_DIR / "bench" / "questions" / "corpora.py"))["read"]
    found = read(tmp_path / "own_en.train.jsonl.gz")
    assert [(row.text, row.label, row.conversation, row.goes_on) for row in found] == [
        ("what is rag", 1, str(session.pk), False),
        ("fine", 0, str(session.pk), True),
    ]


def test_what_was_judged_is_the_question_from_where_it_begins_and_what_came_before_is_what_came_before_that() -> None:
    question = {"speaker": "Ada", "utterance": 1, "question_from": 2, "verdict": "question", "mark": "right"}
    session = said(
        rows.session("Fine.", "Look here.", "What is the difference,", "Mhm.", "between a process", "and a thread?"),
        {"speaker": "Bo"},
        {"speaker": "Ada", "utterance": 1},
        question,
        {"speaker": "Bo", "mark": "right"},
        {"speaker": "Ada", "utterance": 1, "mark": "right"},
        {**question, "mark": "wrong"},
    )
    assert [(line["text"], line["label"], line["prev"], line["prev_same"]) for line in lines(session)] == [
        ("what is the difference", 1, "look here", True),
        ("mhm", 0, "what is the difference", False),
        ("between a process", 0, "look here what is the difference", True),
        ("what is the difference between a process and a thread", 0, "look here", True),
    ]
    assert lines(session)[-1]["punct"] == "What is the difference, between a process and a thread?"


def test_before_a_question_that_begins_its_utterance_came_what_was_said_before_it_began() -> None:
    question = {"speaker": "Ada", "utterance": 1, "question_from": 1, "verdict": "question", "mark": "right"}
    session = said(rows.session("fine", "what is", "mhm", "rag"), {"speaker": "Bo"}, {**question}, {}, question)
    assert [(line["text"], line["prev"], line["prev_same"]) for line in lines(session)] == [
        ("what is", "fine", False),
        ("what is rag", "fine", False),
    ]


def test_question_in_two_languages_is_of_the_language_that_it_is_in_as_a_whole() -> None:
    session = said(
        rows.session("什么是", "RAG"),
        {"language": "zh"},
        {"utterance": 0, "question_from": 0, "verdict": "question", "mark": "right"},
    )
    assert [(line["text"], line["punct"], line["lang"]) for line in lines(session)] == [
        ("什么是rag", "什么是 RAG", "zh")
    ]
    assert not list(as_marks([session], language="en"))


def test_question_is_exported_as_the_detector_judged_it_also_when_it_is_said_again() -> None:
    conversation, session = talk(load_detector()), rows.session()
    begun, ended = "what is the difference between a process", "and a thread"
    finals = ["let us go on", begun, ended, "thank you", begun, ended, "that is clear"]
    for at, text in enumerate(finals):
        speaker = "Bo" if text.startswith("t") else "Ada"
        events = hear(conversation, text, at=5.0 * at, speaker=speaker)
        write([Entry(session.pk, event, MARKED_AT) for event in events if isinstance(event, SegmentHeard)])
    session.segments.update(mark="right", marked_at=MARKED_AT)
    exported = [(line["text"], line["label"], line["prev"]) for line in lines(session)]
    whole = f"{begun} {ended}"
    assert [exported[2], exported[5]] == [(whole, 1, "let us go on"), (whole, 1, "thank you")]
    assert exported[6] == ("that is clear", 0, ended)


def test_the_beginning_that_an_utterance_has_lost_is_not_what_came_before() -> None:
    session = said(rows.session("first", "second", "third"), {}, {"utterance": 0}, {"utterance": 1, "mark": "right"})
    assert [(line["prev"], line["prev_same"]) for line in lines(session)] == [("second", True)]


def test_another_utterance_of_the_same_speaker_came_before() -> None:
    session = said(rows.session("first", "second"), {}, {"mark": "right"})
    assert [(line["prev"], line["prev_same"]) for line in lines(session)] == [("first", True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Um and i – um – like ' that, it’s O'Brien's well-known.", "um and i um like that it's o'brien's well known"),
        ("深圳 CCF 轻工委，人均100-150元？", "深圳ccf轻工委人均100 150元"),
        ("什么是 RAG？", "什么是rag"),
        ("\t…？!", ""),
    ],
)
def test_text_is_what_a_recogniser_without_punctuation_writes(text: str, words: str) -> None:
    assert bare(text) == words


def test_what_is_not_marked_or_has_no_words_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PART", 1)
    session = said(rows.session("one", "…", "two"), {}, {"mark": "right"}, {"mark": "wrong"})
    assert [line["text"] for line in lines(session)] == ["two"]
    assert lines(session, since=MARKED_AT + timedelta(seconds=1)) == []
    assert len(lines(session, since=MARKED_AT)) == 1


@pytest.fixture
def marked() -> RealtimeSession:
    rows.session("nothing marked")
    return said(rows.session("what is rag"), {"verdict": "question", "mark": "right"})


def test_command_writes_all_marks(marked: RealtimeSession, tmp_path: Path) -> None:
    output = StringIO()
    call_command("export_marks", stdout=output)
    assert [json.loads(line)["conv"] for line in output.getvalue().splitlines()] == [str(marked.pk)]
    for name, opened in (("own.jsonl", open), ("own.train.jsonl.gz", gzip.open)):
        call_command("export_marks", str(tmp_path / name), stdout=StringIO())
        with opened(tmp_path / name, "rt", encoding="utf-8") as written:
            assert written.read() == output.getvalue()


def test_command_writes_what_was_marked_since_a_day(marked: RealtimeSession) -> None:
    for day, count in (("2026-03-01", 1), ("2026-03-02", 0)):
        output = StringIO()
        call_command("export_marks", "--since", day, stdout=output)
        assert len(output.getvalue().splitlines()) == count


def test_command_writes_one_language_alone(marked: RealtimeSession) -> None:
    said(rows.session("什么是向量"), {"mark": "right", "language": "zh"})
    for language in ("en", "zh"):
        output = StringIO()
        call_command("export_marks", "--language", language, stdout=output)
        assert [json.loads(line)["lang"] for line in output.getvalue().splitlines()] == [language]


def test_command_says_what_it_cannot_do(marked: RealtimeSession, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_marks", str(tmp_path))
    with pytest.raises(CommandError, match="is no date"):
        call_command("export_marks", "--since", "yesterday")


def test_pages_offer_the_marks_where_there_are_some(admin_client: Client, marked: RealtimeSession) -> None:
    assert f'href="{LIST}marks/"' in admin_client.get(LIST).content.decode()
    offered, hidden = 'id="export-marks">', 'id="export-marks" hidden>'
    assert offered in admin_client.get(page_of(marked)).content.decode()
    assert hidden in admin_client.get(page_of(rows.session("one"))).content.decode()


def test_stranger_gets_no_marks(client: Client, marked: RealtimeSession) -> None:
    assert client.get(f"{LIST}marks/").status_code == 302
    operator(client)
    assert client.get(f"{LIST}marks/").status_code == 403


@pytest.mark.django_db(transaction=True)
async def test_marks_are_downloaded(async_client: AsyncClient, admin_user: Any) -> None:
    def prepare() -> list[str]:
        return [str(said(rows.session("what is rag"), {"mark": "wrong"}).pk) for _ in range(2)]

    one, two = await sync_to_async(prepare)()
    await async_client.aforce_login(admin_user)

    async def conversations(response: Any) -> set[str]:
        return {json.loads(line)["conv"] for line in b"".join([piece async for piece in response]).splitlines()}

    async def selected(*keys: str) -> Any:
        return await async_client.post(f"{LIST}?content=all", {"action": "export_marks", "_selected_action": keys})

    every = await async_client.get(f"{LIST}marks/")
    assert await conversations(every) == {one, two}
    assert await conversations(await selected(two)) == {two}
    responses = [every, await selected(one, two), await selected(two)]
    names = [response["Content-Disposition"].split('"')[1] for response in responses]
    today = f"marks-{timezone.localdate()}.jsonl"
    assert names == [today, today, f"marks-{two}.jsonl"]
