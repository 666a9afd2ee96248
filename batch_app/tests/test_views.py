import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from batch_app.models import BatchWorker
from batch_app.tests.rows import batch
from providers_app.models import ProviderConfig

pytestmark = pytest.mark.django_db
CHINESE = {"Accept-Language": "zh-CN"}


def page(client: Client, path: str = "/batches/", **headers: str) -> str:
    response = client.get(path, headers=headers or None)
    assert response.status_code == 200
    return response.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'<a id="batch-[^>]*>([^<]*)', html)


def numbers(html: str) -> dict[str, str]:
    return dict(re.findall(r'id="number-(\w+)" data-live>(\d+)', html))


def see_worker(**fields: Any) -> None:
    BatchWorker.objects.create(name="celery@here", **fields)


@pytest.mark.parametrize("path", ["/batches/", "/batches/new", "/batches/{}/"])
def test_pages_hold_nothing_that_the_content_security_policy_forbids(client: Client, path: str) -> None:
    task = batch(
        "completed", "failed", name="<script>alert(1)</script>", description="<b>", webhook_url="https://x.y/z"
    )
    response = client.get(path.format(task.pk))
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    html = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", html)
    assert client.post(path.format(task.pk)).status_code == 405


def test_list_shows_the_newest_first_in_pages(client: Client) -> None:
    for number in range(25):
        batch(name=f"Batch {number}")
    batch(name="Half written", is_complete=False)
    assert names(page(client)) == [f"Batch {number}" for number in range(24, 4, -1)]
    assert names(page(client, "/batches/?page=2")) == [f"Batch {number}" for number in range(4, -1, -1)]
    assert names(page(client, "/batches/?page=99")) == names(page(client, "/batches/?page=2"))


def test_list_is_filtered_by_state_and_name_with_the_counts_of_each_state(client: Client) -> None:
    batch(name="November", status="running")
    batch(name="november again", status="failed")
    batch(name="December", status="failed")
    assert names(page(client, "/batches/?status=failed")) == ["December", "november again"]
    html = page(client, "/batches/?status=failed&name=NOV")
    assert names(html) == ["november again"]
    assert numbers(html) == {
        **dict.fromkeys(["pending", "paused", "completed", "cancelled"], "0"),
        "all": "2",
        "running": "1",
        "failed": "1",
    }
    assert 'href="?status=running&amp;name=NOV"' in html
    assert names(page(client, "/batches/?status=nonsense&name=%00Dec")) == ["December"]


@pytest.mark.parametrize(("status", "is_open"), [("paused", "true"), ("completed", "false")])
def test_list_says_whether_something_in_it_still_moves(client: Client, status: str, is_open: str) -> None:
    batch("completed", "pending", status=status)
    html = page(client)
    assert f'data-open="{is_open}"' in html
    assert 'aria-valuenow="50"' in html


def test_empty_list_invites_to_submit_the_first_batch(client: Client) -> None:
    assert "Submit the first one" in page(client)
    batch()
    html = page(client, "/batches/?name=nothing-like-that")
    assert "No batch is like that." in html
    assert "Submit the first one" not in html


def test_pages_say_when_batches_are_switched_off(client: Client, settings: Any) -> None:
    settings.BATCH_ENABLED = False
    for path in ("/batches/", "/batches/new"):
        assert "BATCH_ENABLED" in page(client, path)
    assert 'data-enabled="false"' in page(client, "/batches/new")


def test_pages_say_when_no_worker_is_there_for_what_waits(client: Client) -> None:
    words = "No background worker is running"
    waiting, ended = batch("pending"), batch("completed", status="completed")
    assert words in page(client)
    assert words in page(client, f"/batches/{waiting.pk}/")
    assert words not in page(client, f"/batches/{ended.pk}/")
    see_worker(seen_at=timezone.now())
    assert words not in page(client)
    assert words not in page(client, f"/batches/{waiting.pk}/")


def test_form_offers_the_providers_that_clients_may_choose_and_the_open_batches(client: Client, settings: Any) -> None:
    settings.BATCH_MAX_CONCURRENT, settings.BATCH_MAX_REQUEST_BYTES = 7, 12_345
    ProviderConfig.objects.create(name="for-all", kind="knowledge", is_choosable=True)
    ProviderConfig.objects.create(name="for-operators", kind="knowledge")
    open_batch = batch(name="Still open", status="paused")
    batch(name="Over", status="completed")
    html = page(client, "/batches/new")
    assert "<option>for-all</option>" in html
    assert "for-operators" not in html
    assert f'<option value="{open_batch.pk}">Still open</option>' in html
    assert "Over" not in html
    assert 'data-maximum-bytes="12345"' in html
    assert 'max="7" step="1" value="7"' in html


def test_batch_shows_what_it_is_and_no_secret_of_its_webhook(client: Client) -> None:
    first = batch(name="First")
    task = batch(
        *["completed", "completed", "failed"],
        name="Second",
        status="paused",
        provider="knowledge",
        priority=5,
        after=first,
        webhook_url="https://hooks.example.org/secret",
    )
    html = page(client, f"/batches/{task.pk}/")
    assert f'<a href="/batches/{first.pk}/">First</a>' in html
    assert '<strong id="count-completed">2</strong>' in html
    assert "hooks.example.org" in html
    assert "secret" not in html
    assert "+5" in html


def test_unknown_batch_is_a_page_of_the_site(client: Client) -> None:
    hidden = batch(is_complete=False)
    for task_id in (uuid.uuid4(), hidden.pk):
        response = client.get(f"/batches/{task_id}/", headers=CHINESE)
        assert response.status_code == 404
        assert "这个地址没有批量任务" in response.content.decode()
    assert client.get("/batches/no-id/").status_code == 404


def test_pages_speak_the_language_of_the_browser_and_know_why_answers_fail_in_both(client: Client) -> None:
    task = batch("failed")
    html = page(client, f"/batches/{task.pk}/", **CHINESE)
    assert '<html lang="zh-Hans">' in html
    assert "运行中" in html
    assert "It took too long." in html
    assert '"timeout": "' in html.replace("&quot;", '"')
