"""An operator and speakers: at the same server in both deployments, and at different ones."""

import asyncio
import json
import re

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedOK

from rtrag_site.tests.servers import Server
from sessions_app.tests.operators import LIST

PASSWORD = "operator-of-the-test"
SILENCE_S = 7.0
"""Longer than the five seconds for which the channel layer waits for a word at a time."""


class Operator(httpx.AsyncClient):
    """A browser of an administrator."""

    def __init__(self, site: Server) -> None:
        super().__init__(base_url=site.url, follow_redirects=True, timeout=20, headers={"Referer": site.url})

    async def press(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the page."""
        return await self.post(path, data={**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]})

    async def sign_in(self) -> None:
        await self.get("/admin/login/")
        await self.press(f"/admin/login/?next={LIST}", username="admin", password=PASSWORD)


async def ask_and_read(speaker: ClientConnection, question: str = "什么是深度学习") -> None:
    """Say something that is a question, and read on until it is answered."""
    await speaker.send(json.dumps({"type": "asr_chunk", "text": question, "is_final": True}))
    async with asyncio.timeout(20):
        while json.loads(await speaker.recv()).get("stage") != "idle":
            pass


async def test_operator_who_signs_in_without_a_destination_gets_to_the_first_page(server):
    async with Operator(server({"DJANGO_SUPERUSER_PASSWORD": PASSWORD})) as operator:
        await operator.get("/admin/login/")
        found = await operator.press("/admin/login/", username="admin", password=PASSWORD)
        assert (found.status_code, found.url.path) == (200, "/admin/")


async def test_operator_finds_exports_and_deletes_a_live_session(server, deployment):
    running = server({**deployment, "DJANGO_SUPERUSER_PASSWORD": PASSWORD})
    async with connect(running.ws_url) as client, Operator(running) as operator:
        name = json.loads(await client.recv())["session_id"]
        await client.send(json.dumps({"type": "asr_chunk", "text": "现在开会", "is_final": True}))
        await ask_and_read(client)
        await operator.sign_in()
        found = await operator.get(LIST, params={"q": "深度学习"})
        [page] = set(re.findall(rf"{LIST}{name}/change/", found.text))
        detail = await operator.get(page)
        assert "现在开会" in detail.text
        exported = await operator.get(page.replace("change/", "export/json"))
        kinds = [entry["kind"] for entry in exported.json()["sessions"][0]["timeline"]]
        assert kinds == ["segment", "segment", "question"]
        deleting = asyncio.create_task(operator.press(page.replace("change", "delete"), post="yes"))
        assert json.loads(await asyncio.wait_for(client.recv(), 20))["stage"] == "closed"
        with pytest.raises(ConnectionClosedOK):
            await asyncio.wait_for(client.recv(), 20)
        assert (await deleting).url.path == LIST
        assert (await operator.get(page)).url.path == "/admin/"
    assert running.log.read_text() == ""


async def test_operator_ends_a_session_that_another_process_holds(server, distributed):
    variables = {**distributed, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    one, other = server(variables), server(variables)
    async with connect(one.ws_url) as ended, connect(other.ws_url) as kept, Operator(other) as operator:
        name = json.loads(await ended.recv())["session_id"]
        for speaker in (ended, kept):
            await ask_and_read(speaker)
        await operator.sign_in()
        await operator.press(f"{LIST}?content=all", action="end_selected", _selected_action=name)
        assert json.loads(await asyncio.wait_for(ended.recv(), 20))["stage"] == "closed"
        with pytest.raises(ConnectionClosedOK):
            await asyncio.wait_for(ended.recv(), 20)
        await ask_and_read(kept, "什么是机器学习")
    assert [each.log.read_text() for each in (one, other)] == ["", ""]


async def test_operator_is_heard_after_a_silence(server, distributed):
    running = server({**distributed, "DJANGO_SUPERUSER_PASSWORD": PASSWORD})
    async with connect(running.ws_url) as speaker, Operator(running) as operator:
        name = json.loads(await speaker.recv())["session_id"]
        await ask_and_read(speaker)
        await operator.sign_in()
        await asyncio.sleep(SILENCE_S)
        await operator.press(f"{LIST}?content=all", action="end_selected", _selected_action=name)
        assert json.loads(await asyncio.wait_for(speaker.recv(), 20))["stage"] == "closed"
    assert running.log.read_text() == ""
