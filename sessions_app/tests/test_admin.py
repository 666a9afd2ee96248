"""The list of sessions in the admin."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sessions_app.models import RealtimeSession
from sessions_app.tests import rows
from sessions_app.tests.operators import LIST

pytestmark = pytest.mark.django_db


def listed(client: Client, query: str = "") -> set[str]:
    """The names of the sessions in the list."""
    return {session.name for session in client.get(LIST + query).context["cl"].result_list}


@pytest.mark.parametrize("count", [1, 30])
def test_list_costs_the_same_for_any_number_of_sessions(
    admin_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        session = rows.session("one", "two")
        rows.answer(rows.question(session, "how"), "so")
    with django_assert_num_queries(6):
        response = admin_client.get(LIST)
    assert len(response.context["cl"].result_list) == count


def test_list_counts_and_says_how_sessions_stand(admin_client: Client) -> None:
    now = timezone.now()
    ended = rows.session("one", "two", name="ended", started_at=now - timedelta(hours=3))
    for _ in range(2):
        rows.answer(rows.question(ended, "how"), "so")
    rows.session("one", name="held", is_live=True)
    lost = rows.session("one", name="lost", is_live=True, started_at=now - timedelta(hours=2))
    RealtimeSession.objects.filter(pk=lost.pk).update(seen_at=now - timedelta(hours=1))
    response = admin_client.get(LIST)
    found = {session.name: session for session in response.context["cl"].result_list}
    assert [getattr(found["ended"], f"{name}_count") for name in ("segment", "question", "answer")] == [2, 2, 2]
    view = response.context["cl"].model_admin
    assert {name: (view.length(session), view.state(session)) for name, session in found.items()} == {
        "ended": ("0:05:00", ("stopped", "stopped by the client")),
        "held": ("live", ("live", "live")),
        "lost": ("1:00:00", ("lost", "server went away")),
    }


def test_list_shortens_only_names_that_the_server_made(admin_client: Client) -> None:
    made, chosen = rows.session("one"), rows.session("one", name="a-name-of-the-client", is_server_made=False)
    content = admin_client.get(LIST).content.decode()
    assert f">{made.name[:8]}</a>" in content
    assert f">{chosen.name}</a>" in content


def test_search_finds_words_wherever_they_stand_and_each_session_once(admin_client: Client) -> None:
    rows.session("the quick fox", "a fox again", name="said")
    rows.question(rows.session("one", name="asked"), "where is the FOX")
    rows.answer(rows.question(rows.session("one", name="answered"), "how"), "ask the fox")
    rows.session("one", name="fox")
    rows.session("no such animal", name="other")
    assert listed(admin_client, "?q=fox") == {"said", "asked", "answered", "fox"}
    assert admin_client.get(f"{LIST}?q=fox").context["cl"].result_count == 4
    assert listed(admin_client, "?q=quick+again") == {"said"}
    assert listed(admin_client, "?q=%22quick+again%22") == set()
    assert listed(admin_client, "?q=%22quick+fox%22") == {"said"}


def test_search_finds_chinese_words(admin_client: Client) -> None:
    rows.session("我们讨论一下机器学习", name="zh")
    assert listed(admin_client, "?q=机器学习") == {"zh"}


@pytest.mark.parametrize("words", ["%00", "%", "_", "'", '"', "\\", "a " * 500, "x" * 5_000])
def test_search_takes_any_words(admin_client: Client, words: str) -> None:
    rows.session("one")
    assert admin_client.get(LIST, {"q": words}).status_code == 200


def test_list_hides_visits_without_speech_unless_asked(admin_client: Client) -> None:
    rows.session(name="empty")
    rows.session(name="live", is_live=True)
    rows.session("one", name="spoken")
    rows.question(rows.session(name="typed"), "how", None)
    assert listed(admin_client) == {"live", "spoken", "typed"}
    assert listed(admin_client, "?content=empty") == {"empty", "live"}
    assert listed(admin_client, "?content=all") == {"empty", "live", "spoken", "typed"}


def test_filters_choose_by_state_language_and_questions(admin_client: Client) -> None:
    rows.session("one", name="stopped")
    rows.session("one", name="held", is_live=True, language="zh")
    rows.session("one", name="noted", end_reason="lost")
    silent = rows.session("one", name="silent", is_live=True)
    RealtimeSession.objects.filter(pk=silent.pk).update(seen_at=timezone.now() - timedelta(hours=1))
    rows.question(rows.session("one", name="answered"), "how")
    rows.question(rows.session("one", name="failed"), "how", outcome="failed")
    unknown = rows.question(rows.session("one", name="unknown"), "how")
    rows.answer(unknown, "I do not know.", finish_reason="not_found")
    assert listed(admin_client, "?state=live") == {"held"}
    assert listed(admin_client, "?state=lost") == {"noted", "silent"}
    assert listed(admin_client, "?state=stopped") == {"stopped", "answered", "failed", "unknown"}
    assert listed(admin_client, "?language=zh") == {"held"}
    assert listed(admin_client, "?questions=any") == {"answered", "failed", "unknown"}
    assert listed(admin_client, "?questions=unanswered") == {"failed", "unknown"}


def test_list_of_nothing_says_so(admin_client: Client) -> None:
    assert "No results found" in admin_client.get(f"{LIST}?q=nothing").content.decode()
