"""Operators add, test and activate a provider in one tab, while somebody keeps asking in another."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from playwright.sync_api import expect

from rtrag_site.tests.browsers import OpenPage
from rtrag_site.tests.playback import PLAYBACK
from rtrag_site.tests.servers import StartServer
from sessions_app.tests.browser.demo import ANSWER, QUESTION, answer, ask, expect_state, wait_until_connected
from sessions_app.tests.browser.test_admin_pages import sign_in

KEY = "sk-1234567890abcdefghij"
PROVIDERS = "/admin/providers_app/providerconfig/"
SAID = "The vendor says so."
BODY = b"".join(
    b"data: " + line + b"\n\n"
    for line in (
        b'{"model":"m","choices":[{"index":0,"delta":{"content":"%s"}}]}' % SAID.encode(),
        b'{"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
        b"[DONE]",
    )
)


class Vendor(BaseHTTPRequestHandler):
    """Speaks OpenAI's protocol to whoever has the key."""

    def do_GET(self) -> None:
        self._reply(b'{"object":"list","data":[]}', "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._reply(BODY, "text/event-stream")

    def log_message(self, *_: object) -> None: ...

    def _reply(self, body: bytes, kind: str) -> None:
        self.send_response(200 if self.headers["Authorization"] == f"Bearer {KEY}" else 401)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def vendor() -> Iterator[str]:
    """The vendor's base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_provider_is_added_tested_and_made_active_while_a_session_asks(
    open_page: OpenPage, server: StartServer
) -> None:
    site = server(PLAYBACK | {"PROVIDER_PRIVATE_ADDRESSES": "127.0.0.1"})
    speaker = open_page(url=site.url)
    sockets: list[str] = []
    wait_until_connected(speaker)
    speaker.on("websocket", lambda socket: sockets.append(socket.url))
    ask(speaker, QUESTION)
    expect(answer(speaker, 1).locator(".content")).to_have_text(ANSWER)

    page = open_page("/admin/", url=site.url)
    sign_in(page, site)
    with vendor() as base_url:
        page.goto(f"{site.url}{PROVIDERS}add/?kind=openai")
        page.locator("[name=name]").fill("fresh")
        page.locator("[name=base_url]").fill(base_url)
        page.locator("[name=new_key]").fill(KEY)
        page.locator("[name=option_model]").fill("m")
        page.locator("[name=option_retriever]").select_option("none")
        page.get_by_role("button", name="Save and continue editing").click()
        expect(page.locator(".provider-standing")).to_contain_text("stands in")
        assert KEY not in page.content()
        ask(speaker, QUESTION)
        expect(answer(speaker, 2).locator(".content")).to_have_text(ANSWER)

        page.get_by_role("button", name="Test", exact=False).click()
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("[data-text]")).to_have_text(SAID)
        expect(page.locator("[data-first]")).to_contain_text(" ms")

        page.get_by_role("link", name="fresh").click()
        page.get_by_role("button", name="Make active").click()
        expect(page.locator(".provider-standing")).to_contain_text("active")
        ask(speaker, QUESTION)
        expect_state(answer(speaker, 3), "done")
        expect(answer(speaker, 3).locator(".content")).to_have_text(SAID)
        expect(answer(speaker, 3).locator(".measures")).to_contain_text("fresh")
    assert sockets == []
