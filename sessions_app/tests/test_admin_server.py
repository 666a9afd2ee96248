"""An operator and a speaker at the same server, in both deployments."""

import asyncio
import json
import re

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedOK

from rtrag_site.tests.servers import Server
from sessions_app.tests.operators import LIST

PASSWORD = "operator-of-the-test"


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


async def test_operator_finds_exports_and_deletes_a_live_session(server, deployment):
    running = server({**deployment, "DJANGO_SUPERUSER_PASSWORD": PASSWORD})
    async with connect(running.ws_url) as client, Operator(running) as operator:
        name = json.loads(await client.recv())["session_id"]
        for text in ("现在开会", "什么是深度学习"):
            await client.send(json.dumps({"type": "asr_chunk", "text": text, "is_final": True}))
        while json.loads(await client.recv()).get("stage") != "idle":
            pass
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
