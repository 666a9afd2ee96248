"""Operators mark whether the detector was right."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sessions_app.domain.events import Judgement, SegmentCorrected, SegmentHeard
from sessions_app.domain.questions import QuestionClass
from sessions_app.domain.utterances import MAX_UTTERANCE_CHARS
from sessions_app.models import RealtimeSession, TranscriptSegment
from sessions_app.records import Entry, write
from sessions_app.tests import rows
from sessions_app.tests.operators import LIST, operator, page_of

pytestmark = pytest.mark.django_db


def judged(*verdicts: str) -> RealtimeSession:
    """A session with a segment for each verdict; one that was not judged for an empty one."""
    session = rows.session(*(f"segment {number}" for number in range(len(verdicts))))
    for index, verdict in enumerate(verdicts):
        if verdict:
            fields = {"verdict": verdict, "confidence": 0.8, "reason": "en_what", "utterance": index}
            session.segments.filter(index=index).update(**fields)
    return session


def mark(client: Client, session: RealtimeSession, index: int = 0, **fields: str) -> Any:
    return client.post(page_of(session, f"segments/{index}/mark"), {"verdict": "question", **fields})


def marked(session: RealtimeSession) -> list[str]:
    return list(session.segments.order_by("index").values_list("mark", flat=True))


def test_verdict_is_marked_marked_otherwise_and_no_more(admin_client: Client) -> None:
    session = judged("question", "question")
    response = mark(admin_client, session, 1, mark="right", page="2")
    assert response["Location"] == f"{page_of(session)}?page=2#segment-1"
    segment = session.segments.get(index=1)
    assert (segment.mark, segment.marked_by) == ("right", "admin")
    assert segment.marked_at is not None
    assert segment.marked_at <= timezone.now()
    mark(admin_client, session, 1, mark="wrong")
    assert marked(session) == ["", "wrong"]
    mark(admin_client, session, 1, mark="words", words=" What is\nRAG? ")
    assert session.segments.filter(mark="words").values_list("index", "marked_words").get() == (1, "What is RAG?")
    mark(admin_client, session, 1, mark="right", words="What is RAG?")
    assert session.segments.filter(mark="right").values_list("index", "marked_words").get() == (1, "")
    mark(admin_client, session, 1, mark="")
    assert list(session.segments.filter(index=1).values_list("mark", "marked_by", "marked_at")) == [("", "", None)]


def test_long_segment_is_marked_and_words_must_say_something(admin_client: Client) -> None:
    session = judged("question")
    assert mark(admin_client, session, mark="right", words="long " * 2_000).status_code == 302
    assert marked(session) == ["right"]
    for words in ("。？！", "", "long " * 2_000):
        refused = mark(admin_client, session, mark="words", words=words)
        assert refused.status_code == 400
        assert refused.content.decode().startswith("Write the words of the question")
    assert marked(session) == ["right"]


def test_page_offers_to_mark_and_shows_who_did_and_when(admin_client: Client) -> None:
    session = judged("question", "")
    content = admin_client.get(page_of(session)).content.decode()
    assert content.count('class="marks"') == 1
    assert ">segment 0</textarea>" in content
    mark(admin_client, session, mark="wrong")
    content = admin_client.get(page_of(session)).content.decode()
    assert content.count('aria-pressed="true"') == 1


@pytest.mark.parametrize(
    ("verdict", "chosen", "said"),
    [
        ("question", "wrong", "not a question · "),
        ("request", "wrong", "not a question · "),
        ("none", "wrong", "a question was missed · "),
        ("none", "right", "right · "),
        ("question", "words", "a question, but other words: “&lt;b&gt;why” · "),
    ],
)
def test_page_says_what_the_mark_says_of_the_verdict(
    admin_client: Client, verdict: str, chosen: str, said: str
) -> None:
    session = judged(verdict)
    mark(admin_client, session, verdict=verdict, mark=chosen, words="<b>why")
    assert f"{said}admin · " in admin_client.get(page_of(session)).content.decode()


def test_script_gets_the_verdict_alone_with_its_new_mark(admin_client: Client) -> None:
    session = judged("question")
    response = mark(admin_client, session, mark="right", fragment="1")
    content = response.content.decode()
    assert content.strip().startswith('<div class="verdict"')
    assert ("right · admin · " in content, "csrfmiddlewaretoken" in content, "<html" in content) == (True, True, False)


def test_script_hears_whether_there_are_marks_to_export(admin_client: Client) -> None:
    session = judged("question", "question")
    told = [
        mark(admin_client, session, index, mark=chosen, fragment="1")["X-Has-Marks"]
        for index, chosen in ((0, "right"), (1, "wrong"), (0, ""), (1, ""))
    ]
    assert told == ["1", "1", "1", ""]


def test_verdict_that_has_changed_meanwhile_is_not_marked(admin_client: Client) -> None:
    session = judged("none")
    response = mark(admin_client, session, mark="right", fragment="1")
    assert marked(session) == [""]
    assert response.status_code == 409  # so the script leads to the page as it is now


def test_what_cannot_be_marked_is_refused(admin_client: Client) -> None:
    session = judged("question", "")
    assert mark(admin_client, session, mark="perhaps").status_code == 400
    for words in (" \n", "a\0b", "a" * (MAX_UTTERANCE_CHARS + 1)):
        assert mark(admin_client, session, mark="words", words=words).status_code == 400
    assert marked(session) == ["", ""]
    assert mark(admin_client, session, 1, mark="right").status_code == 404
    assert mark(admin_client, session, 2, mark="right").status_code == 404
    assert mark(admin_client, session, 2**40, mark="right").status_code == 404
    assert admin_client.get(page_of(session, "segments/0/mark")).status_code == 405
    assert (
        mark(admin_client, session, mark="right", page="//evil.example")["Location"] == f"{page_of(session)}#segment-0"
    )


def test_mark_needs_a_token_against_forgery(admin_user: Any) -> None:
    session = judged("question")
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    assert mark(client, session, mark="right").status_code == 403
    assert marked(session) == [""]


def test_viewer_sees_marks_and_sets_none(client: Client) -> None:
    session = judged("question")
    TranscriptSegment.objects.update(mark="right", marked_by="Ada", marked_at=timezone.now())
    operator(client, "view_realtimesession")
    content = client.get(page_of(session)).content.decode()
    assert "right · Ada · " in content
    assert 'class="marks"' not in content
    assert mark(client, session, mark="wrong").status_code == 403
    assert marked(session) == ["right"]


def test_operator_who_may_change_sessions_marks(client: Client) -> None:
    session = judged("question")
    operator(client, "view_realtimesession", "change_realtimesession")
    assert mark(client, session, mark="wrong").status_code == 302
    assert marked(session) == ["wrong"]


def test_list_is_filtered_by_marks(admin_client: Client) -> None:
    sessions = {name: judged("question") for name in ("right", "wrong", "words", "")}
    judged("")
    for name, session in sessions.items():
        session.segments.update(mark=name)

    def listed(choice: str) -> set[Any]:
        return {row.pk for row in admin_client.get(f"{LIST}?verdicts={choice}").context["cl"].result_list}

    assert listed("wrong") == {sessions["wrong"].pk, sessions["words"].pk}
    assert listed("marked") == {sessions["right"].pk, sessions["wrong"].pk, sessions["words"].pk}
    assert listed("unmarked") == {sessions[""].pk}


def test_mark_is_gone_once_the_words_are_corrected(admin_client: Client) -> None:
    session = judged("question")
    mark(admin_client, session, mark="words", words="that one?")
    corrected = SegmentHeard(0, "no, that", "en", judgement=Judgement(QuestionClass.NONE, 0.1, "no_cue", 0))
    write([Entry(session.pk, SegmentCorrected(corrected), timezone.now())])
    segment = session.segments.get()
    assert (segment.text, segment.verdict) == ("no, that", "none")
    assert (segment.mark, segment.marked_words, segment.marked_by, segment.marked_at) == ("", "", "", None)
