"""What a socket is told of batches while its client does not read."""

import asyncio
from datetime import UTC, datetime

import pytest

from sessions_app.domain.protocol.server import BatchCounts, BatchProgress
from sessions_app.domain.rendering import Numbering
from sessions_app.outbox import Outbox
from sessions_app.tests.test_outbox import Network
from sessions_app.watching import Watches, batches


def progress(task_id: str, completed: int) -> BatchProgress:
    counts = BatchCounts(total=100, completed=completed, failed=0)
    now = datetime.now(UTC)
    return BatchProgress(
        task_id=task_id, progress=completed, status="running", message="", timestamp=now, counts=counts
    )


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_client_that_does_not_read_is_owed_one_progress_and_every_answer(monkeypatch: pytest.MonkeyPatch):
    network = Network()
    network.is_open.clear()
    given = []

    async def source(task_id: str):
        for completed in range(100):
            given.append(task_id)
            yield progress(task_id, completed)

    monkeypatch.setattr(batches, "source", source)
    outbox = Outbox(network.send, max_frames=4, send_timeout_s=5)
    running = asyncio.create_task(outbox.run())
    watches = Watches(outbox, lambda: Numbering("s"), lambda refusal: pytest.fail(str(refusal)))
    await turns(1)
    for task_id in "abc":
        watches.begin(task_id)
    await turns()
    assert sorted(given) == ["a", "a", "b", "c"]  # of one of them the first is on its way, the others wait
    for number in range(4):
        outbox.put(f"answer {number}")  # all that it holds, and none of it is progress
    network.is_open.set()
    await turns()
    assert network.taken[1:5] == [f"answer {number}" for number in range(4)]
    await watches.end()
    outbox.close()
    assert await running == 1000
