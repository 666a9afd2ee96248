"""What operators do with providers in the list and on their pages, and what the history says of it."""

import asyncio
import json

import pytest
from django.contrib.auth.models import User
from django.db import connection

from providers_app import changes, environment, keys
from providers_app.admin.trial import _lines
from providers_app.contract import AnswerEnded, ErrorReason, ProviderError, Source, SourcesFound, TextDelta
from providers_app.directory import Directory
from providers_app.models import ProviderConfig, ProviderHealth, Revision
from providers_app.tests.scripted import definition
from providers_app.tests.test_provider_admin import KEY, LIST, SetBy, form, history, page, run, said, stored

pytestmark = pytest.mark.django_db


def names(**values) -> list[str]:
    return list(ProviderConfig.objects.filter(**values).values_list("name", flat=True))


def test_making_active_is_one_step_that_every_process_notices(admin_client):
    old, new = stored("old", is_active=True), stored("new", is_enabled=False, set_by=SetBy.ENVIRONMENT)
    response = run(admin_client, "make_active", new)
    assert response.url == LIST
    assert said(response) == ["new is the active provider from the next question on."]
    assert names(is_active=True) == ["new"]
    new.refresh_from_db()
    assert (new.is_enabled, new.activated_by) == (True, SetBy.OPERATOR)
    assert Revision.objects.get().number == 2
    assert (history(new), history(old)) == (["Changed enabled.", "Changed active."], [])


@pytest.mark.parametrize("is_healthy", [False, None, True])
def test_making_active_warns_where_the_last_check_failed(admin_client, is_healthy):
    row = stored()
    why = {"error_reason": ErrorReason.UNAUTHORIZED, "error_detail": "HTTP 401"}
    ProviderHealth.objects.create(provider=row, is_healthy=is_healthy, checked_at=row.created_at, **why)
    response = run(admin_client, "make_active", row)
    assert names(is_active=True) == ["dify"]
    remedy = "Enter a valid key, and see at the vendor what it may be used for."
    warning = f"The last check of dify failed: It refused the API key. {remedy} (HTTP 401)"
    assert said(response)[1:] == ([warning] if is_healthy is False else [])


def test_only_one_provider_can_be_made_active(admin_client):
    rows = stored("one", is_active=True), stored("two")
    assert said(run(admin_client, "make_active", *rows)) == ["Only one provider can be the active one: select one."]
    assert names(is_active=True) == ["one"]


def test_action_of_a_page_leads_back_to_it(admin_client):
    row = stored()
    assert 'name="from_page"' in admin_client.get(page(row)).text
    assert run(admin_client, "make_active", row, from_page="1").url == page(row)


def test_disabling_the_active_one_says_who_answers_instead(admin_client):
    rows = stored("one", is_active=True), stored("two", order=20), stored("three", order=10)
    assert said(run(admin_client, "disable", rows[0])) == [
        "Disabled: one",
        "three answers now: it is the next in order.",
    ]
    assert said(run(admin_client, "disable", *rows))[-1] == "Disabled: three, two"
    assert said(run(admin_client, "enable", rows[1]))[-1] == "Enabled: two"
    assert history(rows[1]) == ["Changed enabled.", "Changed enabled."]
    assert names(is_enabled=True) == ["two"]


def test_disabling_the_last_one_in_its_form_says_that_nobody_answers(admin_client):
    row = stored(is_active=True)
    response = admin_client.post(page(row), form(admin_client, page(row), is_enabled=None))
    assert said(response)[0] == "Nobody answers now: no provider is enabled."
    assert history(row) == ["Changed Enabled."]


def test_duplicate_has_the_key_and_waits_until_it_is_enabled(admin_client):
    row = stored(is_active=True, options={"user": "front-end"}, version=7)
    response = run(admin_client, "duplicate", row)
    copy = ProviderConfig.objects.get(name="dify-2")
    assert said(response) == ["dify-2 was made. It is disabled until you enable it."]
    assert (copy.is_active, copy.is_enabled, copy.version, copy.options) == (False, False, 1, row.options)
    assert keys.decrypt(copy.encrypted_key) == KEY
    assert (history(copy), history(row)) == (["Added."], [])
    run(admin_client, "duplicate", row, copy)
    assert names() == ["dify", "dify-2", "dify-2-2", "dify-3"]


def test_deleting_the_active_one_says_who_answers_instead(admin_client):
    row, _other = stored("one", is_active=True), stored("two")
    assert said(run(admin_client, "delete_selected", row, post="yes"))[0] == "two answers now: it is the next in order."
    assert names() == ["two"]
    assert Revision.objects.get().number == 1
    other = ProviderConfig.objects.get()
    admin_client.post(page(other, "delete"), {"post": "yes"})
    assert names() == []


def test_provider_of_the_environment_is_disabled_rather_than_deleted(admin_client, settings):
    settings.RAG_PROVIDER, settings.DIFY_API_KEY = "dify", KEY
    environment.apply()
    row = ProviderConfig.objects.get(name="dify")
    assert said(run(admin_client, "delete_selected", row, post="yes")) == [
        "The environment describes dify and would bring it back: disable it instead."
    ]
    assert admin_client.post(page(row, "delete"), {"post": "yes"}).status_code == 403
    run(admin_client, "disable", row)
    environment.apply()
    row.refresh_from_db()
    assert (row.is_enabled, row.set_by) == (False, SetBy.OPERATOR)
    assert "an operator, over the environment" in admin_client.get(LIST).text


def test_provider_can_follow_the_environment_again(admin_client, settings):
    settings.DIFY_API_KEY = KEY
    row, other = stored(encrypted_key="", key_ending="", is_enabled=False), stored("mine")
    said_of_both = said(run(admin_client, "follow_environment", row, other))
    assert said_of_both == ["dify follows the environment again.", "The environment does not describe mine."]
    row.refresh_from_db()
    assert (row.set_by, row.is_enabled, keys.decrypt(row.encrypted_key)) == (SetBy.ENVIRONMENT, True, KEY)
    assert history(row) == ["Changed set by."]


@pytest.mark.parametrize("action", ["test", "enable", "disable", "duplicate", "follow_environment", "make_active"])
def test_action_on_a_provider_that_somebody_deleted_meanwhile_changes_nothing(admin_client, action):
    row = stored()
    ProviderConfig.objects.filter(pk=row.pk).delete()
    assert run(admin_client, action, row).status_code == 302
    assert names(kind="dify") == []


def test_no_entry_of_the_history_holds_a_key(admin_client):
    row = stored(base_url="https://api.dify.ai/v1")
    admin_client.post(page(row), form(admin_client, page(row), new_key="app-another-secret-key"))
    run(admin_client, "duplicate", row)
    entries = "".join(admin_client.get(page(each, "history")).text for each in ProviderConfig.objects.all())
    for secret in (KEY, "app-another-secret-key", "cdef", "-key"):
        assert secret not in entries


def test_test_page_shows_the_chosen_providers_beside_each_other(admin_client):
    rows = stored("one"), stored("two", is_enabled=False), stored("three")
    response = run(admin_client, "test", *rows[:2])
    text = admin_client.get(response.url).text
    for row in rows[:2]:
        assert f'data-ask="{page(row, "ask")}"' in text
    assert page(rows[2], "ask") not in text
    for query in ("?id=999", "", "?id=one", f"?id={10**30}"):
        assert admin_client.get(f"{LIST}test/{query}").status_code == 404


async def answer(client, row: ProviderConfig, question: str = "why") -> list[dict[str, object]]:
    response = await client.post(page(row, "ask"), {"question": question})
    assert response.status_code == 200
    lines = b"".join([chunk async for chunk in response.streaming_content]).splitlines()
    found = [json.loads(line) for line in lines]
    for line in found:
        assert line.pop("ms", 0) >= 0
    return found


@pytest.fixture
async def operator(async_client):
    user = await User.objects.acreate_superuser("operator")
    await async_client.aforce_login(user)
    return async_client


@pytest.mark.django_db(transaction=True)
async def test_one_real_question_is_streamed_also_through_a_disabled_provider(operator, providers, scripted):
    scripted.script = [
        SourcesFound((Source(1, "Title", "Text", "https://example.com"),)),
        TextDelta("Be"),
        TextDelta("cause."),
        AnswerEnded(model="m"),
    ]
    providers.have([], scripted)
    row = await ProviderConfig.objects.acreate(name="scripted", kind="scripted", is_enabled=False)
    assert await answer(operator, row) == [
        {"type": "sources", "sources": [{"title": "Title", "url": "https://example.com"}]},
        {"type": "first_token"},
        {"type": "text", "text": "Be"},
        {"type": "text", "text": "cause."},
        {"type": "ended", "finish_reason": "stop", "model": "m", "usage": {}},
        {"type": "total"},
    ]
    assert [(request.question, request.origin) for request in scripted.requests] == [("why", "test")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "expected"), [("en", "It refused the API key."), ("zh-CN", "它拒绝了 API 密钥")])
async def test_failure_of_a_test_is_said_in_plain_words(operator, providers, scripted, language, expected):
    scripted.script = [ProviderError(ErrorReason.UNAUTHORIZED, may_pass=False, detail="HTTP 401")]
    row = await ProviderConfig.objects.acreate(name="scripted", kind="scripted")
    response = await operator.post(page(row, "ask"), {"question": "why"}, headers={"Accept-Language": language})
    lines = [json.loads(chunk) async for chunk in response.streaming_content]
    assert [line["type"] for line in lines] == ["failed", "total"]
    assert lines[0]["text"].startswith(expected)
    assert lines[0]["text"].endswith("(HTTP 401)")


@pytest.mark.django_db(transaction=True)
async def test_leaving_the_test_stops_the_provider(providers, scripted):
    scripted.script = [TextDelta("Be"), asyncio.Event()]
    lines = _lines(definition("scripted"), "why", "en")
    assert json.loads(await anext(lines))["type"] == "first_token"
    await lines.aclose()
    assert scripted.stopped == ["why"]


@pytest.mark.django_db(transaction=True)
async def test_row_that_cannot_be_used_and_a_bad_question(operator, providers, scripted):
    row = await ProviderConfig.objects.acreate(name="odd", kind="scripted", options={"unknown": 1})
    found = await answer(operator, row)
    assert [line["type"] for line in found] == ["failed", "total"]
    for question in ("", "x" * 2_001):
        assert (await operator.post(page(row, "ask"), {"question": question})).status_code == 400
    assert (await operator.get(page(row, "ask"))).status_code == 405
    assert (await operator.post(page(row, "ask").replace(str(row.pk), "999"), {"question": "a"})).status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_switch_is_noticed_by_the_directories_of_other_processes_within_two_seconds():
    now = 0.0
    here, elsewhere = Directory(lambda: now), Directory(lambda: now)
    for name in ("one", "two"):
        await ProviderConfig.objects.acreate(name=name, kind="knowledge", is_active=name == "one")
    for each in (here, elsewhere):
        assert [found.name for found in (await each.current()).definitions] == ["one", "two"]
    two = await ProviderConfig.objects.aget(name="two")
    await asyncio.to_thread(_switch, two)
    here.forget()
    assert [found.name for found in (await here.current()).definitions] == ["two", "one"]
    assert [found.name for found in (await elsewhere.current()).definitions] == ["one", "two"]
    now = 2.0
    assert [found.name for found in (await elsewhere.current()).definitions] == ["two", "one"]


def _switch(row: ProviderConfig) -> None:
    changes.activate(row, SetBy.OPERATOR)
    connection.close()
