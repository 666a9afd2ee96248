"""What operators see of batches in the admin."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from batch_app.models import BatchItem, BatchRun, BatchTask, BatchWorker
from batch_app.tests.operators import ITEMS, TASKS, WORKERS, operator, page_of
from batch_app.tests.rows import batch

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [str(row) for row in response.context["cl"].result_list]


def test_list_shows_how_far_each_batch_has_come(admin_client: Client):
    batch("completed", "failed", "pending", "pending", name="half way")
    batch("pending", name="unfinished", is_complete=False)
    response = admin_client.get(TASKS)
    page = response.content.decode()
    assert names(response) == ["half way"]
    assert 'value="50.0">50.0 %</progress> <span class="batch-count">2 / 4</span>' in page
    assert "running" in page


def test_list_counts_all_its_batches_in_one_query(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for _ in range(12):
        batch(*["completed"] * 20)
    with django_assert_max_num_queries(12) as queries:
        admin_client.get(TASKS)
    assert sum('COUNT("batch_app_batchitem"' in each["sql"] for each in queries) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", {"asked", "waiting"}),
        ("state=failed", {"lost"}),
        ("q=ask", {"asked"}),
        ("q=11111111-2222-3333-4444-555555555555", {"lost"}),
        ("provider=dify", {"waiting"}),
        ("origin__exact=command", {"lost"}),
    ],
)
def test_list_is_filtered_and_searched(admin_client: Client, query: str, found: set[str]):
    batch("pending", name="asked")
    batch("pending", name="waiting", status="pending", provider="dify")
    key = uuid.UUID("11111111-2222-3333-4444-555555555555")
    batch("failed", name="lost", status="failed", id=key, origin="command")
    assert set(names(admin_client.get(f"{TASKS}?{query}"))) == found


def test_page_shows_counts_options_and_history(admin_client: Client):
    first = batch("completed", status="completed", name="The first")
    task = batch(
        "completed", "failed", "running", after=first, priority=7, webhook_url="https://example.org/hook", skipped=3
    )
    page = admin_client.get(page_of(task)).content.decode()
    for words in ("66.7 %", "The first", "https://example.org/hook", "the active provider", "lines left out"):
        assert words in page
    assert f"{ITEMS}?task={task.pk}&amp;status__exact=failed" in page
    assert f"{task.pk}/download/csv" in page
    assert "<input type=text" not in page
    assert 'name="_save"' not in page


@pytest.mark.parametrize(
    ("status", "items", "offered"),
    [
        ("running", ["pending"], {"pause", "cancel"}),
        ("paused", ["failed"], {"resume", "cancel", "retry"}),
        ("completed", ["failed", "completed"], {"retry"}),
        ("cancelled", ["failed"], set()),
    ],
)
def test_page_offers_what_can_be_done(admin_client: Client, status: str, items: list[str], offered: set[str]):
    page = admin_client.get(page_of(batch(*items, status=status))).content.decode()
    assert {action for action in ("pause", "resume", "cancel", "retry") if f'value="{action}"' in page} == offered


def test_results_are_downloaded_by_those_who_may_see_them(admin_client: Client, client: Client):
    task = batch("completed")
    response = admin_client.get(page_of(task, "download/jsonl"))
    assert response["Content-Disposition"] == 'attachment; filename="questions.jsonl"'
    assert admin_client.get(page_of(task, "download/exe")).status_code == 404
    assert operator(client, "view_batchitem").get(page_of(task, "download/csv")).status_code == 403


def test_questions_are_read_and_filtered_by_batch_and_state(admin_client: Client):
    task, other = batch("completed", "failed"), batch("failed")
    error = {"code": "RAG_ERROR", "message": "No.", "reason": "timeout"}
    BatchItem.objects.filter(task=task, index=1).update(error=error)
    sources = [{"position": 1, "title": "A page", "content": "Text", "url": "", "score": 1.0}]
    BatchItem.objects.filter(task=task, index=0).update(result="Because.", sources=sources)
    page = admin_client.get(f"{ITEMS}?task={task.pk}")
    assert [item.index for item in page.context["cl"].result_list] == [0, 1]
    assert "It took too long." in page.content.decode()
    failed = admin_client.get(f"{ITEMS}?task={other.pk}&status__exact=failed")
    assert [item.task_id for item in failed.context["cl"].result_list] == [other.pk]
    assert not admin_client.get(f"{ITEMS}?task=nonsense").context["cl"].result_list
    item = admin_client.get(f"{ITEMS}{task.items.get(index=0).pk}/change/").content.decode()
    assert "Because." in item
    assert page_of(task) in item
    assert "[1] A page" in item


def test_list_of_questions_takes_few_queries(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
):
    batch(*["completed"] * 300)
    with django_assert_max_num_queries(10):
        assert admin_client.get(ITEMS).status_code == 200


def test_workers_are_shown_with_the_processes_that_answer(admin_client: Client):
    BatchWorker.objects.create(name="celery@one", seen_at=timezone.now())
    BatchWorker.objects.create(name="celery@two", seen_at=timezone.now() - timedelta(hours=1))
    assert "None: no batch has anything to answer." in admin_client.get(WORKERS).content.decode()
    BatchRun.objects.create(lane="one/0", pid=4711, in_flight=8)
    page = admin_client.get(WORKERS).content.decode()
    for words in ("alive", "not heard of lately", "one/0", "4711"):
        assert words in page


@pytest.mark.parametrize("path", [TASKS, ITEMS, WORKERS])
def test_nothing_is_added_by_hand(admin_client: Client, path: str):
    assert admin_client.get(f"{path}add/").status_code == 403


def test_nothing_is_edited(admin_client: Client):
    task = batch("pending")
    assert admin_client.post(page_of(task), {"name": "Another"}).status_code == 403
    item = task.items.get()
    assert admin_client.post(f"{ITEMS}{item.pk}/change/", {"text": "Another"}).status_code == 403
    assert admin_client.post(f"{ITEMS}{item.pk}/delete/", {"post": "yes"}).status_code == 403
    assert BatchTask.objects.get().name == "Questions"
