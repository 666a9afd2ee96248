"""The sockets of this process: how many there are, that their sessions are alive, and word from operators to them."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from channels.layers import get_channel_layer

from sessions_app.incidents import report
from sessions_app.journal import get_journal
from sessions_app.records import SessionsSeen

SERVERS_GROUP = "session-servers"
"""The channel-layer group in which every server process hears what operators decide."""
HEARTBEAT_S = 20.0
LAYER_RETRY_S = 5.0
LAYER_TIMEOUT_S = 2.0
GROUP_RENEWAL_S = 3_600.0
"""Well under the day after which channels-redis forgets members."""


class Live(NamedTuple):
    """What operators can do to a session that is live: end it, and pin it to a provider ("" to unpin it)."""

    end: Callable[[], None]
    pin: Callable[[str], None]


class Presence:
    """Registers the live sessions of this process; its two tasks run while there is at least one."""

    def __init__(self) -> None:
        self._live: dict[UUID, Live] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._live)

    def enter(self, session: UUID, live: Live) -> None:
        """A client holds `session` now."""
        self._live[session] = live
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._listen())]

    async def leave(self, session: UUID) -> None:
        self._live.pop(session, None)
        if not self._live:
            tasks, self._tasks = self._tasks, []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _beat(self) -> None:
        """Say again and again which sessions are alive; it rides on the journal, not on the sockets' thread."""
        while True:
            await get_journal().put(uuid4(), SessionsSeen(tuple(self._live)))
            await asyncio.sleep(HEARTBEAT_S)

    async def _listen(self) -> None:
        """Do to sessions what operators say. A lost word costs nothing but the operator's second click."""
        while True:
            try:
                await self._follow_layer()
            except Exception as error:  # noqa: BLE001 - sessions go on without the layer
                report(error, "listening to the channel layer")
                await asyncio.sleep(LAYER_RETRY_S)

    async def _follow_layer(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        try:
            while True:
                await layer.group_add(SERVERS_GROUP, channel)
                try:
                    async with asyncio.timeout(GROUP_RENEWAL_S):
                        while True:
                            self._take(await layer.receive(channel))
                except TimeoutError:
                    continue
        finally:
            try:
                async with asyncio.timeout(LAYER_TIMEOUT_S):
                    await layer.group_discard(SERVERS_GROUP, channel)
            except Exception as error:  # noqa: BLE001 - it must not take the place of a cancellation
                report(error, "leaving the channel layer")

    def _take(self, message: dict[str, Any]) -> None:
        live = self._live.get(UUID(message["session"]))
        if live is None:
            return
        if message["type"] == "session.end":
            live.end()
        elif message["type"] == "session.pin":
            live.pin(message["provider"])


@cache
def get_presence() -> Presence:
    """The presence of this process."""
    return Presence()


async def end_session(session: UUID) -> None:
    """Ask whichever process holds the session to end it and to close its socket."""
    await get_channel_layer().group_send(SERVERS_GROUP, {"type": "session.end", "session": str(session)})


async def pin_session(session: UUID, provider: str) -> None:
    """Let whichever process holds the session ask `provider` from the next question on; "" for the active one."""
    await get_channel_layer().group_send(
        SERVERS_GROUP, {"type": "session.pin", "session": str(session), "provider": provider}
    )
