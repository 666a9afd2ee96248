"""What goes out over one socket."""

import asyncio

import pytest

from sessions_app.outbox import Outbox, SlowClientError, Stored


class Network:
    """Takes frames while it is open."""

    def __init__(self):
        self.taken = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def send(self, message):
        await self.is_open.wait()
        self.taken.append(message["text"])


@pytest.fixture
def network():
    return Network()


async def test_frames_leave_in_order_and_then_it_closes(network):
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=5)
    for text in "abc":
        outbox.put(text)
    outbox.close(1013)
    outbox.put("too late")
    assert await outbox.run() == 1013
    assert network.taken == ["a", "b", "c"]


async def test_frame_waits_until_it_is_stored_and_what_follows_waits_behind_it(network):
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=5)
    stored = asyncio.get_running_loop().create_future()
    outbox.put("ack", Stored(stored, network.taken.append))
    outbox.put("status")
    running = asyncio.create_task(outbox.run())
    for _ in range(3):
        await asyncio.sleep(0)
    assert network.taken == []
    stored.set_result(None)
    outbox.close()
    await running
    assert network.taken == ["ack", "status"]


async def test_frame_whose_storing_failed_never_leaves(network):
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=5)
    stored = asyncio.get_running_loop().create_future()
    stored.set_result("e42")
    outbox.put("ack", Stored(stored, lambda error_id: outbox.put(f"error {error_id}")))
    outbox.put("status")
    running = asyncio.create_task(outbox.run())
    for _ in range(3):
        await asyncio.sleep(0)
    outbox.close()
    await running
    assert network.taken == ["status", "error e42"]


async def test_client_that_takes_nothing_is_too_slow(network):
    network.is_open.clear()
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=0.01)
    outbox.put("a")
    with pytest.raises(SlowClientError):
        await outbox.run()


async def test_more_than_may_wait_is_too_much(network):
    outbox = Outbox(network.send, max_frames=3, send_timeout_s=5)
    for text in "abcd":
        outbox.put(text)
    with pytest.raises(SlowClientError):
        await outbox.run()
    assert len(outbox._queue) <= 3


async def test_room_is_waited_for(network):
    network.is_open.clear()
    outbox = Outbox(network.send, max_frames=4, send_timeout_s=5)
    await outbox.has_room()
    for text in "abcd":
        outbox.put(text)
    running = asyncio.create_task(outbox.run())
    waiting = asyncio.create_task(outbox.has_room())
    for _ in range(3):
        await asyncio.sleep(0)
    network.is_open.set()
    await waiting
    assert network.taken
    outbox.close()
    await running


async def test_frame_leaves_at_once_when_nothing_waits(network):
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=5)
    running = asyncio.create_task(outbox.run())
    await asyncio.sleep(0)
    outbox.put("a")
    assert network.taken == ["a"]
    outbox.close()
    await running


async def test_frame_that_the_network_holds_up_keeps_its_place(network):
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=5)
    running = asyncio.create_task(outbox.run())
    await asyncio.sleep(0)
    network.is_open.clear()
    for text in "abc":
        outbox.put(text)
    await asyncio.sleep(0)
    assert network.taken == []
    outbox.close()
    network.is_open.set()
    await running
    assert network.taken == ["a", "b", "c"]


async def test_frame_that_is_held_up_too_long_ends_it(network):
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=0.01)
    running = asyncio.create_task(outbox.run())
    await asyncio.sleep(0)
    network.is_open.clear()
    outbox.put("a")
    with pytest.raises(SlowClientError):
        await running


async def test_network_that_is_gone_ends_it_and_not_whoever_puts():
    async def send(_message):
        raise ConnectionResetError

    outbox = Outbox(send, max_frames=10, send_timeout_s=5)
    running = asyncio.create_task(outbox.run())
    await asyncio.sleep(0)
    outbox.put("a")
    with pytest.raises(ConnectionResetError):
        await running


async def test_outbox_owes_nothing_once_the_client_has_taken_all(network):
    outbox = Outbox(network.send, max_frames=10, send_timeout_s=5)
    network.is_open.clear()
    running = asyncio.create_task(outbox.run())
    outbox.put("answer")
    outbox.put("answer")
    waiting = asyncio.create_task(outbox.owes_nothing())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    network.is_open.set()
    await waiting
    assert network.taken == ["answer", "answer"]
    outbox.close()
    await running
