"""What stands in the files that sessions are exported to."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

from providers_app.download import BYTE_ORDER_MARK
from sessions_app.export import FORMATS, download, reading
from sessions_app.export.structured import COLUMNS
from sessions_app.models import RealtimeSession
from sessions_app.tests import rows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def exported(ending: str, *sessions: RealtimeSession) -> str:
    return "".join(FORMATS[ending][1](sessions))


def table(*sessions: RealtimeSession) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported("csv", *sessions).removeprefix(BYTE_ORDER_MARK))))


@pytest.fixture
def meeting(db: None) -> RealtimeSession:
    meeting = rows.session("大家好", "how do i\nreset it", name="meeting-1", started_at=NOON)
    asked = rows.question(meeting, "how do i reset it", 1)
    rows.answer(asked, "Hold the button [1].")
    return meeting


def test_json_holds_everything_in_order(meeting: RealtimeSession) -> None:
    [session] = json.loads(exported("json", meeting))["sessions"]
    assert (session["name"], session["started_at"]) == ("meeting-1", "2026-03-01T12:00:00.000+00:00")
    assert [(entry["kind"], entry["text"]) for entry in session["timeline"]] == [
        ("segment", "大家好"),
        ("segment", "how do i\nreset it"),
        ("question", "how do i reset it"),
    ]
    [answer] = session["timeline"][2]["answers"]
    assert (answer["text"], answer["sources"], answer["first_token_ms"]) == (
        "Hold the button [1].",
        [rows.SOURCE],
        3.25,
    )


def test_json_of_none_empty_and_several_sessions_is_json(meeting: RealtimeSession) -> None:
    assert json.loads(exported("json")) == {"sessions": []}
    several = json.loads(exported("json", meeting, rows.session(), meeting))["sessions"]
    assert [len(session["timeline"]) for session in several] == [3, 0, 3]


def test_csv_has_a_line_for_each_segment_question_and_answer(meeting: RealtimeSession) -> None:
    assert exported("csv", meeting).startswith(BYTE_ORDER_MARK + "session,kind,position,at,")
    lines = table(meeting)
    assert [line["kind"] for line in lines] == ["segment", "segment", "question", "answer"]
    assert {line["session"] for line in lines} == {"meeting-1"}
    assert set(lines[0]) == set(COLUMNS)
    assert lines[1]["text"] == "how do i\nreset it"
    assert lines[3]["question_id"] == lines[2]["question_id"] != ""
    assert lines[3]["sources"] == "[1] Manual https://example.org/a"
    assert (lines[3]["position"], lines[3]["total_ms"]) == ("1", "7.5")


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_csv_cell_is_no_formula(text: str) -> None:
    session = rows.session(text)
    rows.answer(rows.question(session, text, reason=text), text, provider=text, sources=[])
    lines = table(session)
    assert {line["text"] for line in lines} == {f"'{text}"}
    assert (lines[1]["reason"], lines[2]["provider"]) == (f"'{text}", f"'{text}")


def test_text_is_a_transcript(meeting: RealtimeSession) -> None:
    rows.question(meeting, "and then", 1, outcome="dropped", trigger="typed", asked_at=NOON.replace(hour=13))
    assert exported("txt", meeting) == (
        "meeting-1\n"
        "\n"
        "2026-03-01 UTC\n"
        "\n"
        "12:00:00  大家好\n"
        "12:00:01  how do i\n"
        "             reset it\n"
        "\n"
        "          Q  how do i reset it (heard in speech)\n"
        "          A  Hold the button [1].\n"
        "             [1] Manual https://example.org/a\n"
        "\n"
        "\n"
        "          Q  and then (typed)\n"
        "          A  (dropped: too many were waiting)\n"
        "\n"
    )


@pytest.fixture
def panel(db: None) -> RealtimeSession:
    """Two speakers, one of whom goes on after a question."""
    panel = rows.session("what is the difference", "mhm", "between a process and a thread", name="p", started_at=NOON)
    judged = {"verdict": "question", "confidence": 0.93, "reason": "en_what", "utterance": 0}
    panel.segments.filter(index__in=[0, 2]).update(speaker="Ada", **judged)
    panel.segments.filter(index=1).update(
        speaker="Bo", verdict="none", confidence=0, reason="backchannel", mark="right"
    )
    first = rows.question(panel, "what is the difference", 0, speaker="Ada", outcome="replaced")
    whole = "what is the difference between a process and a thread"
    second = rows.question(panel, whole, 2, speaker="Ada", replaces=first.pk, outcome="not_known")
    rows.answer(second, "", finish_reason="not_found", sources=[])
    return panel


def test_speakers_verdicts_and_replaced_questions_are_exported(panel: RealtimeSession) -> None:
    entries = json.loads(exported("json", panel))["sessions"][0]["timeline"]
    assert [(entry["speaker"], entry.get("verdict")) for entry in entries] == [
        ("Ada", "question"),
        ("Ada", None),
        ("Bo", "none"),
        ("Ada", "question"),
        ("Ada", None),
    ]
    assert (entries[0]["utterance"], entries[0]["confidence"], entries[2]["mark"]) == (0, 0.93, "right")
    assert entries[4]["replaces"] == entries[1]["question_id"]
    lines = table(panel)
    assert [lines[0][name] for name in ("speaker", "verdict", "reason")] == ["Ada", "question", "en_what"]
    assert lines[4]["replaces"] == lines[1]["question_id"]
    assert exported("txt", panel).partition("UTC\n")[2] == (
        "\n"
        "12:00:00  Ada: what is the difference (question, 93%)\n"
        "\n"
        "          Q  Ada: what is the difference (heard in speech)\n"
        "          A  (replaced by another question)\n"
        "\n"
        "12:00:01  Bo: mhm\n"
        "12:00:02  Ada: between a process and a thread (question, 93%)\n"
        "\n"
        "          Q  Ada: what is the difference between a process and a thread "
        "(heard in speech, takes the place of an earlier question)\n"
        "          A  (no answer was found)\n"
        "\n"
    )


def test_export_of_parts_is_whole(meeting: RealtimeSession, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [exported(ending, meeting) for ending in FORMATS]
    monkeypatch.setattr(reading, "PART", 1)
    assert [exported(ending, meeting) for ending in FORMATS] == whole


async def body(response: StreamingHttpResponse) -> str:
    return b"".join([chunk async for chunk in response]).decode()


@pytest.mark.django_db(transaction=True)
async def test_download_streams_what_is_still_there() -> None:
    def prepare() -> tuple[RealtimeSession, RealtimeSession]:
        return rows.session("one"), rows.session("two")

    one, two = await sync_to_async(prepare)()
    response = download([one.pk, two.pk], "json")
    assert response.is_async
    await two.adelete()
    assert [session["id"] for session in json.loads(await body(response))["sessions"]] == [str(one.pk)]


@pytest.mark.django_db
def test_download_has_a_safe_name() -> None:
    session = rows.session("one", name="..", is_server_made=False)
    response = download([session.pk], "csv")
    assert response["Content-Disposition"] == f'attachment; filename="session-{session.pk}.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
