"""What a person does and sees on the demo page, in that person's words."""

from playwright.sync_api import Locator, Page, expect

QUESTION = "what is the answer"
ANSWER = "The first sentence [1]. <img src=x onerror=alert(2)> The second sentence [2]."


def wait_until_connected(page: Page) -> None:
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")


def start_listening(page: Page) -> None:
    wait_until_connected(page)
    page.get_by_role("tab", name="Microphone").click()
    page.get_by_role("button", name="Start listening").click()


def hear(page: Page, text: str, *, final: bool = False) -> None:
    page.evaluate("([text, isFinal]) => hear(text, isFinal)", [text, final])


def say(page: Page, text: str) -> None:
    """Type a final as if speaking."""
    page.get_by_role("tab", name="Type as speech").click()
    field = page.get_by_role("textbox", name="What is being said")
    field.fill(text)
    field.press("Enter")


def ask(page: Page, text: str) -> None:
    page.get_by_role("tab", name="Ask", exact=True).click()
    field = page.get_by_role("textbox", name="Your question")
    field.fill(text)
    field.press("Enter")


def command(page: Page, name: str) -> Locator:
    return page.locator("#commands").get_by_role("button", name=name, exact=True)


def answer(page: Page, number: int) -> Locator:
    return page.locator(f"#answer-{number}")


def expect_state(card: Locator, state: str) -> None:
    expect(card).to_have_attribute("data-state", state)
