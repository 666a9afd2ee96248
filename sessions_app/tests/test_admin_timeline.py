"""The page of one session in the admin."""

import pytest
from django.test import Client
from django.utils.html import escape
from msgspec import to_builtins
from pytest_django import DjangoAssertNumQueries

from sessions_app.domain.options import SessionOptions
from sessions_app.domain.questions import Sensitivity
from sessions_app.tests import rows
from sessions_app.tests.operators import LIST, operator, page_of

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def test_timeline_shows_questions_after_what_led_to_them(admin_client: Client) -> None:
    session = rows.session("first", "second", "third")
    later = rows.question(session, "about the second", 1)
    rows.answer(later, "so")
    rows.question(session, "typed before", None)
    timeline = admin_client.get(page_of(session)).context["timeline"]
    assert [entry.text for entry in timeline] == ["typed before", "first", "second", "about the second", "third"]


def test_timeline_can_show_questions_alone(admin_client: Client) -> None:
    session = rows.session("first", "second")
    rows.question(session, "how", 1)
    timeline = admin_client.get(page_of(session) + "?only=questions").context["timeline"]
    assert [entry.text for entry in timeline] == ["how"]


@pytest.mark.parametrize("count", [10, 2_000])
def test_timeline_costs_the_same_however_long(
    admin_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = rows.session(*(f"segment {number}" for number in range(count)))
    for number in range(0, count, 5):
        rows.answer(rows.question(session, "how", number), "so")
    with django_assert_num_queries(12):
        response = admin_client.get(page_of(session))
    assert len(response.context["timeline"]) == min(count + count // 5, 100)


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("99", 3), ("x", 1), ("-1", 3)])
def test_timeline_opens_at_a_page_that_exists(admin_client: Client, page: str, number: int) -> None:
    session = rows.session(*("one" for _ in range(250)))
    response = admin_client.get(page_of(session), {"page": page})
    assert response.context["timeline"].number == number


def test_whatever_was_said_is_text_and_never_html(admin_client: Client) -> None:
    session = rows.session(SCRIPT, name=SCRIPT, is_server_made=False, language=SCRIPT[:8])
    asked = rows.question(session, SCRIPT, reason=SCRIPT)
    source = {"position": 1, "title": SCRIPT, "content": SCRIPT, "url": f"javascript:{SCRIPT}", "score": 1}
    fields = {"provider": SCRIPT, "model": SCRIPT, "error_reason": SCRIPT, "outcome": "partial"}
    rows.answer(asked, SCRIPT, sources=[source], **fields)
    for path in (LIST, page_of(session), page_of(session, "delete/")):
        content = admin_client.get(path).content.decode()
        assert escape(SCRIPT) in content
        assert SCRIPT not in content
        assert 'href="javascript:' not in content


def test_page_of_an_unknown_session_leads_back(admin_client: Client) -> None:
    for key in ("0b7e3c1e-0000-4000-8000-000000000000", "nonsense"):
        assert admin_client.get(f"{LIST}{key}/change/").status_code == 302


@pytest.mark.parametrize("permissions", [["view_realtimesession"], ["view_realtimesession", "change_realtimesession"]])
def test_nobody_adds_or_changes_what_was_said(client: Client, permissions: list[str]) -> None:
    session = rows.session("one")
    operator(client, *permissions)
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(page_of(session), {"name": "other"}).status_code == 403


def test_superuser_neither_adds_nor_changes_what_was_said(admin_client: Client) -> None:
    session = rows.session("one")
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(page_of(session), {"name": "other"}).status_code == 403
    session.refresh_from_db()
    assert session.name != "other"


def test_page_says_how_the_session_was_listened_to(admin_client: Client) -> None:
    chosen = SessionOptions(sensitivity=Sensitivity.EAGER, languages=("zh",), speakers=("Ada",), dedup_window_s=0)
    content = admin_client.get(page_of(rows.session("one", options=to_builtins(chosen)))).content.decode()
    for words in ("eager: misses few questions", "<dd>中文</dd>", "<dd>Ada</dd>", "answered again"):
        assert words in content


@pytest.mark.parametrize("options", [{}, {"sensitivity": "of another release"}])
def test_page_says_nothing_of_options_that_it_cannot_read(admin_client: Client, options: dict[str, str]) -> None:
    response = admin_client.get(page_of(rows.session("one", options=options)))
    assert response.context["options"] == []


def test_page_shows_who_spoke_and_what_the_detector_made_of_it(admin_client: Client) -> None:
    session = rows.session("hello", "what is rag")
    judged = {"speaker": "Ada", "verdict": "question", "confidence": 0.93, "reason": "en_what"}
    session.segments.filter(index=1).update(**judged)
    asked = rows.question(session, "what is rag", 1, speaker="Bo", outcome="ignored")
    content = admin_client.get(page_of(session)).content.decode()
    first, second = (content.partition(f'id="segment-{index}"')[2].partition("</li>")[0] for index in (0, 1))
    assert "not judged" in first
    assert ("Ada" in second, "question</b> 93 %" in second, "en_what" in second) == (True, True, True)
    question = content.partition(f'id="question-{asked.pk}"')[2].partition("</li>")[0]
    assert ("Bo" in question, "ignored: another question was being answered" in question) == (True, True)


def test_question_links_to_the_one_whose_place_it_took_where_that_is_on_the_page(admin_client: Client) -> None:
    session = rows.session("what is the difference", "between a process and a thread", *("one" for _ in range(120)))
    first = rows.question(session, "what is the difference", 0, outcome="replaced")
    rows.question(session, "what is the difference between a process and a thread", 1, replaces=first.pk)
    rows.question(session, "and another", 121, replaces=first.pk)
    near, far = (admin_client.get(page_of(session), {"page": page}).content.decode() for page in (1, 2))
    link = f'<a href="#question-{first.pk}">takes the place of an earlier question</a>'
    assert link in near
    assert near.count("its speaker went on, see below") == 1
    assert link not in far
    assert "takes the place of an earlier question" in far


def test_question_left_unanswered_says_so(admin_client: Client) -> None:
    session = rows.session("what is unknown")
    asked = rows.question(session, "what is unknown", outcome="not_known")
    rows.answer(asked, "", finish_reason="not_found", sources=[])
    assert "left unanswered: nothing is known about it" in admin_client.get(page_of(session)).content.decode()
