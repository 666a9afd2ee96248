"""The form of a new batch, as a person fills it in."""

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from rtrag_site.tests.browsers import OpenPage, widths_that_scroll
from rtrag_site.tests.servers import Server

TABLE = b"id,what was asked,note\na,What is one?,\nb,,\na,What is three?,\n"
REFUSED = "Failed to load resource: the server responded with a status of 400"


def paste(page: Page, *lines: str) -> None:
    page.get_by_label("One question per line").fill("\n".join(lines))


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("#tab-upload").click()
    page.locator("#chosen").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit").click()


def batches(site: Server, name: str) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = site.get("/api/batch/tasks?size=1000")["tasks"]
    return [task for task in tasks if task["name"] == name]


def test_pasted_lines_become_a_batch_with_its_options(open_page: OpenPage, site: Server) -> None:
    page = open_page("/batches/new", timezone_id="Asia/Shanghai")
    paste(page, "What is one?", "", "什么是二？")
    expect(page.locator("#count")).to_have_text("Questions: 2")
    expect(page.locator("#rows li")).to_have_text(["What is one?", "什么是二？"])
    page.get_by_label("Name", exact=True).fill("Pasted")
    page.get_by_label("Priority").select_option("High")
    page.get_by_label("Web search").select_option("Never")
    page.get_by_label("Questions at a time").fill("3")
    page.get_by_text("When to start").click()
    page.get_by_label("Not before").fill("2100-01-01T08:00")
    submit(page)

    expect(page.get_by_role("heading", level=1, name="Pasted")).to_be_visible()
    [task] = batches(site, "Pasted")
    assert task["task_id"] in page.url
    assert task["total_items"] == 2
    options = {"search": False, "concurrency": 3, "priority": 5, "start_at": "2100-01-01T00:00:00Z"}
    assert {name: task["options"][name] for name in options} == options


def test_table_is_shown_by_its_columns_and_taken_without_its_wrong_lines(open_page: OpenPage, site: Server) -> None:
    page = open_page("/batches/new")
    upload(page, "Table of tests.csv", TABLE)
    page.get_by_label("The first row holds the names of the columns").check()
    page.get_by_label("Column with the questions").select_option("what was asked")
    expect(page.locator("#rows li")).to_have_text(["What is one?", "What is three?"])
    page.get_by_label("Column with your own ids").select_option("id")
    expect(page.locator("#bad li")).to_have_text(["Line 3 – blank", "Line 4 – the id occurs twice"])

    submit(page)
    expect(page.locator("#skip_invalid-error")).to_have_text(re.compile("leave them out"))
    page.get_by_label("Leave these lines out").check()
    submit(page)
    expect(page.get_by_role("heading", level=1, name="Table of tests")).to_be_visible()
    [task] = batches(site, "Table of tests")
    assert (task["total_items"], task["skipped"]) == (1, 2)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(open_page: OpenPage) -> None:
    page = open_page("/batches/new", allowed=(REFUSED,))
    submit(page)
    expect(page.locator("#file-error")).to_contain_text("There is no question yet")
    paste(page, "What is one?")
    page.get_by_label("Questions at a time").fill("101")
    submit(page)
    expect(page.locator("#concurrency-error")).to_have_text("A number from 1 to 100.")
    expect(page.get_by_label("Questions at a time")).to_be_focused()
    page.get_by_label("Questions at a time").fill("5")
    page.get_by_text("When to start").click()
    page.get_by_label("Webhook").fill("ftp://example.org")
    submit(page)
    expect(page.locator("#webhook_url-error")).to_contain_text("http")
    expect(page.get_by_label("Webhook")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("One question per line")).to_have_value("What is one?")


def test_spreadsheet_is_refused_with_the_way_to_hand_it_in(open_page: OpenPage) -> None:
    page = open_page("/batches/new", allowed=(REFUSED,))
    upload(page, "questions.xlsx", b"PK\x03\x04")
    expect(page.locator("#file-error")).to_contain_text("save as CSV")
    page.get_by_role("button", name="用中文显示").click()
    expect(page.locator("#file-error")).to_contain_text("另存为 CSV")
    upload(page, "questions.tsv", b"id\tquestion\n1\tWhat is one?\n")
    expect(page.locator("#rows li")).to_have_text(["What is one?"])


def test_no_press_is_lost_before_the_script_is_there(open_page: OpenPage) -> None:
    page = open_page("/batches/new")
    held: list[Route] = []
    page.route("**/batches/new.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no other kind
    with page.expect_request("**/batches/new.js"):
        page.reload(wait_until="commit")
    for name in ("Paste", "Upload a file"):
        expect(page.get_by_role("tab", name=name)).to_be_disabled()
    held[0].continue_()
    upload(page, "questions.txt", b"What is one?")
    expect(page.locator("#rows li")).to_have_text(["What is one?"])


def test_file_that_is_too_large_is_not_sent(open_page: OpenPage) -> None:
    page = open_page("/batches/new")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    upload(page, "large.txt", b"What?\n" * 20_000)
    expect(page.locator("#file-error")).to_contain_text("at most 97.7 kB")
    submit(page)
    assert sent == []


def test_one_batch_comes_of_a_form_whose_answer_was_lost(open_page: OpenPage, site: Server) -> None:
    page = open_page("/batches/new", allowed=("Failed to load resource: net::ERR_",))

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/api/batch/uploads", lose_answer, times=1)
    paste(page, "What is one?")
    page.get_by_label("Name", exact=True).fill("Sent twice")
    submit(page)
    expect(page.locator("#failure")).to_contain_text("only one batch will come of it")
    page.get_by_role("button", name="Submit").dblclick()
    expect(page.get_by_role("heading", level=1, name="Sent twice")).to_be_visible()
    assert len(batches(site, "Sent twice")) == 1


def test_file_that_is_dropped_anywhere_is_taken_and_fits_every_width(open_page: OpenPage) -> None:
    page = open_page("/batches/new", locale="zh-CN", color_scheme="dark")
    expect(page.locator("#lead")).not_to_be_empty()
    page.evaluate("""() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["什么是一？\\n什么是二？"], "问题.txt"));
        for (const type of ["dragover", "drop"]) {
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }
    }""")
    expect(page.locator("#count")).to_have_text("问题数：2")
    expect(page.locator("[name=name]")).to_have_attribute("placeholder", "问题")
    assert widths_that_scroll(page, 320, 375, 768, 1280) == []
