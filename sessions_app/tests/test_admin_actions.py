"""What operators do with sessions in the admin: export, end and delete them."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sessions_app.admin import actions, ending
from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment
from sessions_app.tests import rows
from sessions_app.tests.operators import LIST, act, operator, page_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaves_at_once(monkeypatch: pytest.MonkeyPatch) -> list[RealtimeSession]:
    """Every server hears at once that a session is to end; gives the sessions for which that was asked."""
    asked: list[RealtimeSession] = []

    async def end_session(key: Any) -> None:
        session = await RealtimeSession.objects.aget(pk=key)
        session.ended_at, session.end_reason = timezone.now(), RealtimeSession.EndReason.ENDED
        await session.asave()
        asked.append(session)

    monkeypatch.setattr(ending, "end_session", end_session)
    return asked


def test_delete_takes_everything_of_a_session(admin_client: Client) -> None:
    session, other = rows.session("one", "two"), rows.session("one")
    rows.answer(rows.question(session, "how"), "so")
    confirmation = admin_client.get(page_of(session, "delete/")).context
    assert dict(confirmation["model_count"]) == {"sessions": 1, "segments": 2, "questions": 1, "answers": 1}
    admin_client.post(page_of(session, "delete/"), {"post": "yes"})
    assert list(RealtimeSession.objects.all()) == [other]
    assert [model.objects.count() for model in (TranscriptSegment, Question, Answer)] == [1, 0, 0]


def test_delete_of_a_long_session_takes_few_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    session = rows.session(*("one" for _ in range(3_000)))
    with django_assert_max_num_queries(20):
        admin_client.post(page_of(session, "delete/"), {"post": "yes"})
    assert not TranscriptSegment.objects.exists()


def test_delete_of_many_names_them_first(admin_client: Client) -> None:
    sessions = [rows.session("one"), rows.session()]
    confirmation = act(admin_client, "delete_selected", sessions)
    assert dict(confirmation.context["model_count"]) == {"sessions": 2, "segments": 1, "questions": 0, "answers": 0}
    act(admin_client, "delete_selected", sessions, post="yes")
    assert not RealtimeSession.objects.exists()


def test_delete_of_too_many_is_refused(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_DELETED_AT_ONCE", 1)
    response = act(admin_client, "delete_selected", [rows.session(), rows.session()], post="yes")
    assert "At most 1 sessions are deleted at once" in said(response)[0]
    assert RealtimeSession.objects.count() == 2


def test_delete_ends_a_live_session_first(admin_client: Client, leaves_at_once: list[RealtimeSession]) -> None:
    one, empty = rows.session("one", is_live=True), rows.session(is_live=True)
    admin_client.post(page_of(one, "delete/"), {"post": "yes"})
    act(admin_client, "delete_selected", [empty], post="yes")
    assert leaves_at_once == [one, empty]
    assert not RealtimeSession.objects.exists()


def test_delete_keeps_a_session_that_does_not_end(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "PATIENCE_S", 0)
    held, other = rows.session("one", is_live=True), rows.session("one")
    admin_client.post(page_of(held, "delete/"), {"post": "yes"})
    response = act(admin_client, "delete_selected", [held, other], post="yes")
    assert "1 session is still held by a server and was not deleted" in said(response)[0]
    assert list(RealtimeSession.objects.all()) == [held]


def test_end_asks_only_live_sessions(admin_client: Client, leaves_at_once: list[RealtimeSession]) -> None:
    live = rows.session("one", is_live=True)
    response = act(admin_client, "end_selected", [live, rows.session("one")])
    assert said(response) == ["1 live session was asked to end."]
    assert leaves_at_once == [live]


def test_end_button_ends_the_session(admin_client: Client, leaves_at_once: list[RealtimeSession]) -> None:
    live = rows.session("one", is_live=True)
    assert "End session" in admin_client.get(page_of(live)).content.decode()
    assert admin_client.get(page_of(live, "end")).status_code == 405
    assert admin_client.post(page_of(live, "end")).status_code == 302
    assert leaves_at_once == [live]
    assert "End session" not in admin_client.get(page_of(live)).content.decode()


def test_viewer_neither_ends_nor_deletes(client: Client) -> None:
    live = rows.session("one", is_live=True)
    operator(client, "view_realtimesession")
    content = client.get(page_of(live)).content.decode()
    assert "End session" not in content
    assert "Delete" not in content
    assert client.post(page_of(live, "end")).status_code == 403
    assert client.post(page_of(live, "delete/"), {"post": "yes"}).status_code == 403
    offered = dict(client.get(LIST).context["action_form"].fields["action"].choices)
    assert {"end_selected", "delete_selected"}.isdisjoint(offered)


def test_stranger_gets_nothing(client: Client) -> None:
    session = rows.session("one")
    for path in (LIST, page_of(session), page_of(session, "export/json")):
        assert client.get(path).status_code == 302
    operator(client)
    for path in (LIST, page_of(session), page_of(session, "export/json")):
        assert client.get(path).status_code == 403


def test_export_of_an_unknown_session_or_format_is_not_found(admin_client: Client) -> None:
    session = rows.session("one")
    assert admin_client.get(page_of(session, "export/exe")).status_code == 404
    RealtimeSession.objects.all().delete()
    assert admin_client.get(page_of(session, "export/json")).status_code == 404


async def names_in(response: Any) -> set[str]:
    """The sessions in an exported JSON."""
    exported = json.loads(b"".join([chunk async for chunk in response]))
    return {session["name"] for session in exported["sessions"]}


@pytest.mark.django_db(transaction=True)
async def test_export_sends_one_or_many(async_client: AsyncClient, admin_user: User) -> None:
    await async_client.aforce_login(admin_user)
    now = timezone.now()
    fields = {"client_key": "k", "started_at": now, "seen_at": now, "ended_at": now}
    one = await RealtimeSession.objects.acreate(name="a", **fields)
    other = await RealtimeSession.objects.acreate(name="b", **fields)
    assert await names_in(await async_client.get(page_of(one, "export/json"))) == {"a"}
    selected = {"action": "export_json", "_selected_action": [str(one.pk), str(other.pk)]}
    assert await names_in(await async_client.post(f"{LIST}?content=all", selected)) == {"a", "b"}
