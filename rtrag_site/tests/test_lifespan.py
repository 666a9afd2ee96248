import asyncio
from typing import Any

import pytest

from rtrag_site import lifespan


class Process:
    """The server's side of the lifespan protocol; collects what is sent, and what the hooks do."""

    def __init__(self) -> None:
        self.happened: list[str] = []

    async def receive(self) -> dict[str, Any]:
        return {"type": "lifespan.startup" if not self.happened else "lifespan.shutdown"}

    async def send(self, message: dict[str, Any]) -> None:
        self.happened.append(message["type"])

    def begin(self) -> None:
        self.happened.append("begin")

    async def hook(self) -> None:
        self.happened.append("hook")


async def test_hooks_run_when_the_process_starts_and_when_it_ends() -> None:
    process = Process()
    app = lifespan.Lifespan(on_startup=[process.begin], on_shutdown=[process.hook])
    await app({}, process.receive, process.send)
    assert process.happened == ["begin", "lifespan.startup.complete", "hook", "lifespan.shutdown.complete"]


async def test_shutdown_goes_on_after_a_hook_that_fails_or_hangs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise RuntimeError

    async def hang() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(lifespan, "SHUTDOWN_TIMEOUT_S", 0.01)
    process = Process()
    app = lifespan.Lifespan(on_shutdown=[fail, hang, process.hook])
    await app({}, process.receive, process.send)
    assert process.happened == ["lifespan.startup.complete", "hook", "lifespan.shutdown.complete"]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
