"""The list of batches and the page of one, while they run."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from rtrag_site.tests.browsers import OpenPage, widths_that_scroll
from rtrag_site.tests.servers import Server

LATER = "2100-01-01T00:00:00Z"
WORKER_TIMEOUT_MS = 30_000
"""A worker may have to start first."""
ANSWER = "The first sentence [1]. <img src=x onerror=alert(2)> The second sentence [2]."


def submitted(site: Server, name: str, *texts: str, **options: Any) -> str:
    """The path of the page of a new batch."""
    body = {"name": name, "texts": texts, "options": options}
    task = httpx.post(f"{site.url}/api/batch/tasks", json=body, timeout=10).raise_for_status().json()
    return f"/batches/{task['task_id']}/"


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("#state-task")).to_have_text(state, timeout=WORKER_TIMEOUT_MS)


def test_page_follows_a_batch_to_its_end_and_shows_every_answer_as_text(
    open_page: OpenPage, site: Server, tmp_path: Path
) -> None:
    page = open_page(submitted(site, "Mixed", "What is one?", "What is broken?", "What is unknown?"))
    expect_state(page, "Completed")
    expect(page.locator(".figures")).to_have_text("100 % 3 of 3 questions")
    expect(page.locator("#count-completed")).to_have_text("2")
    expect(page.locator("#count-failed")).to_have_text("1")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    expect(page.locator("#history li span")).to_have_text(["Waiting", "Running", "Completed"])

    page.get_by_role("button", name="What is one?").click()
    detail = page.locator("#detail-0")
    expect(detail.locator(".content")).to_have_text(ANSWER)
    detail.get_by_text("Handbook <b>one</b>").click()
    expect(detail).to_contain_text("Said <script>alert(3)</script> in a document.")
    detail.get_by_text("[2]").click()
    expect(detail.get_by_role("link", name="https://example.org/page")).to_be_visible()
    expect(detail.get_by_role("link", name="javascript")).to_have_count(0)
    expect(detail.locator(".measures")).not_to_contain_text("times")
    expect(page.locator(".mark:visible")).to_have_text(["no answer found"])
    expect(page.locator("#item-2 .mark")).to_be_visible()
    page.get_by_role("button", name="What is broken?").click()
    expect(page.locator("#detail-1 .failure")).to_have_text("It could not be answered. It had a failure of its own.")
    page.get_by_role("button", name="用中文显示").click()
    expect(page.locator("#detail-1 .failure")).to_contain_text("未能回答")
    expect_state(page, "已完成")

    page.locator("#filters [data-status=failed]").click()
    expect(page.locator(".question")).to_have_text(["What is broken?"])
    expect(page).to_have_url(re.compile(r"\?status=failed$"))
    page.reload()
    expect(page.locator("#filters [aria-pressed=true]")).to_have_text("失败")
    expect(page.locator(".question")).to_have_text(["What is broken?"])
    with page.expect_download() as download:
        page.get_by_role("link", name="JSONL").click()
    download.value.save_as(tmp_path / "results.jsonl")
    assert [json.loads(line)["status"] for line in (tmp_path / "results.jsonl").read_text().splitlines()] == [
        *["completed", "failed", "completed"]
    ]


def test_batch_is_paused_resumed_and_after_a_question_cancelled(open_page: OpenPage, site: Server) -> None:
    path = submitted(site, "Later", "What is one?", "What is two?", start_at=LATER)
    page = open_page(path, timezone_id="Asia/Shanghai")
    expect_state(page, "Waiting")
    expect(page.locator(".facts")).to_contain_text("Jan 1, 2100, 8:00:00 AM")
    expect(page.get_by_role("button", name="Retry the failed")).to_be_disabled()
    page.get_by_role("button", name="Pause").click()
    expect_state(page, "Paused")
    notice = page.locator(".notice[data-kind=success]")
    expect(notice).to_contain_text("Paused.")
    page.get_by_role("button", name="Resume").click()
    expect_state(page, "Waiting")
    expect(notice).to_contain_text("Resumed.")

    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect_state(page, "Waiting")
    page.get_by_role("button", name="Cancel", exact=True).press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Cancel the batch").press("Enter")
    expect_state(page, "Cancelled")
    expect(page.get_by_role("link", name="JSONL")).to_be_focused()
    expect(page.locator("#count-cancelled")).to_have_text("2")
    for name in ("Pause", "Retry the failed", "Cancel"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()


def test_failed_questions_are_asked_again(open_page: OpenPage, site: Server) -> None:
    page = open_page(submitted(site, "Failing", "What is broken?"))
    expect_state(page, "Failed")
    page.get_by_role("button", name="Retry the failed").click()
    expect(page.locator("#notices")).to_contain_text("Questions that are asked again: 1.")
    expect(page.locator("#history li")).to_have_count(6)
    expect_state(page, "Failed")


def test_only_the_visible_page_is_fetched_and_none_of_an_ended_batch_again(open_page: OpenPage, site: Server) -> None:
    path = submitted(site, "Long", *(f"What is {number}?" for number in range(60)), start_at=LATER)
    page = open_page(path)
    expect(page.locator(".question")).to_have_count(25)
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".question").first).to_have_text("What is 25?")
    page.get_by_role("spinbutton", name="Page").fill("99")
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_count(10)
    page.reload()
    expect(page.locator(".question").first).to_have_text("What is 50?")

    httpx.delete(f"{site.url}/api/batch/tasks/{path.split('/')[2]}", timeout=10).raise_for_status()
    expect_state(page, "Cancelled")
    expect(page.locator("#items .pill[data-status=cancelled]")).to_have_count(10)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.clock.run_for(10_000)
    assert asked == []


def test_list_follows_what_is_open_and_keeps_the_focus(open_page: OpenPage, site: Server) -> None:
    path = submitted(site, "Watched from the list", "What is one?", start_at=LATER)
    page = open_page("/batches/?name=watched+from")
    link = page.get_by_role("link", name="Watched from the list")
    link.focus()
    httpx.delete(f"{site.url}/api/batch/tasks/{path.split('/')[2]}", timeout=10).raise_for_status()
    expect(page.locator("tbody .pill")).to_have_text("Cancelled")
    expect(link).to_be_focused()
    submitted(site, "Watched from elsewhere", "What is one?", start_at=LATER)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_pages_fit_every_width(open_page: OpenPage, site: Server) -> None:
    path = submitted(site, "Wide " * 19, f"What is {'antidisestablishmentarianism' * 6}?")
    page = open_page(path, color_scheme="dark")
    expect_state(page, "Completed")
    page.locator(".question").click()
    assert widths_that_scroll(page, 320, 375, 768, 1280) == []
    page.goto(f"{site.url}/batches/")
    assert widths_that_scroll(page, 320, 375, 768, 1280) == []


def test_admin_and_demo_page_lead_to_the_batches(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Batches").click()
    expect(page.get_by_role("heading", level=1, name="Batches")).to_be_visible()
    page.get_by_role("link", name="New batch").click()
    expect(page.get_by_role("heading", level=1, name="New batch")).to_be_visible()
