"""The page about the HTTP API, under the strict policy of all pages."""

from playwright.sync_api import expect

from rtrag_site.tests.browsers import OpenPage


def test_the_page_about_the_api_tries_out_what_it_shows(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("link", name="API", exact=True).click()
    operation = page.locator("#operations-questions-ask")
    operation.get_by_role("button", name="Ask a question").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_have_text("200")
    expect(operation.locator(".live-responses-table")).to_contain_text('"finish_reason"')
