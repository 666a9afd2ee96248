"""The page of one session in the admin."""

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

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
    with django_assert_num_queries(11):
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
