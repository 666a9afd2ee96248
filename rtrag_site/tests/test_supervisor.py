"""The keeper of the workers beside a server."""

import asyncio

import pytest

from rtrag_site.server import supervisor
from rtrag_site.server.queues import Work


async def test_end_waits_for_the_last_of_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Work] = []

    async def run(work: Work) -> int:
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(len(ended) + 10 * list(Work).index(work)):
                await asyncio.sleep(0)
            ended.append(work)
        return 0

    monkeypatch.setattr(supervisor, "work_to_do", lambda: list(Work))
    monkeypatch.setattr(supervisor, "_run_worker", run)
    supervising = asyncio.create_task(supervisor.supervise_workers(lambda _: None))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    supervising.cancel()
    await asyncio.wait([supervising])
    assert ended == list(Work)
