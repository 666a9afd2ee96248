"""The slots that the processes of all machines hold, in Redis, and that a process tells Redis so while it lives."""

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from redis.asyncio import Redis

from providers_app.gateway.slots.machine import MachineTable
from providers_app.gateway.slots.policy import WAIT_MARK_S, Kind, batch_share
from providers_app.redis_link import PREFIX, RedisAwayError, RedisLink

if TYPE_CHECKING:
    from redis.commands.core import AsyncScript

LEASE_S = 10.0
"""How long the slots of a process stay taken that was killed, where no other of its machine tells so."""
RENEW_S = 3.0
TELL_S = 0.005
"""How long Redis need not know that a slot is free; what is asked meanwhile tells it too."""
GO_ON_S = 0.01
"""How long a slot that became free may serve again without asking, after Redis has said that nobody comes first."""
_SCRIPT = (Path(__file__).parent / "take.lua").read_text()


@dataclass(slots=True, eq=False)
class _Ask:
    kind: Kind
    others_wait: bool
    answer: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class SharedTable:
    """The slots of one provider, for one event loop.

    At most one call is under way. It tells Redis all that this event loop holds, so one that is lost does no harm, and
    takes the slots for everybody who has asked since the one before. `_counted` is what Redis counts at least: for a
    moment after a slot was given back, more than is held. Of `machine` it learns which processes there have died, so
    that Redis forgets what they held.
    """

    def __init__(self, provider: str, link: RedisLink, machine: MachineTable) -> None:
        self._machine = machine
        self._name = f"{machine.life}:{uuid.uuid4().hex}"
        self._key = f"{PREFIX}slots:{provider}"
        self._link = link
        self._cap = 1
        self._held = [0, 0]
        self._counted = [0, 0]
        self._goes_on_until = [0.0, 0.0]
        self._waits = [False, False]
        self._asks: list[_Ask] = []
        self._script: AsyncScript | None = None
        self._is_due = asyncio.Event()
        self._teller: asyncio.TimerHandle | None = None
        self._telling: asyncio.Task[None] | None = None
        self._is_closing = False

    async def take(self, kind: Kind, cap: int, *, others_wait: bool = False) -> bool:
        """Have one more slot, if there is one, or if Redis is away; else leave the mark of one who waits."""
        if self._counted[kind] > self._held[kind] and cap == self._cap and _now() < self._goes_on_until[kind]:
            self._held[kind] += 1
            return True
        ask = _Ask(kind, others_wait)
        self._cap = cap
        self._asks.append(ask)
        self._is_due.set()
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_while_needed())
        try:
            return await ask.answer
        except asyncio.CancelledError:
            if ask.answer.done() and not ask.answer.cancelled() and ask.answer.result():
                self.give_back(kind)
            raise

    def give_back(self, kind: Kind) -> None:
        self._held[kind] -= 1
        self._tell_soon()

    def wait_no_more(self, kind: Kind) -> None:
        """Take the mark of those who wait away."""
        if self._waits[kind]:
            self._waits[kind] = False
            self._tell_soon()

    async def close(self) -> None:
        """Tell what is held one last time."""
        if self._telling is not None and not self._telling.done():
            self._is_closing = True  # before Python 3.12 a call to Redis may swallow the cancellation
            self._telling.cancel()
            await asyncio.wait([self._telling])
            self._is_closing = False
            await self._tell()
        if self._teller is not None:
            self._teller.cancel()

    def _tell_soon(self) -> None:
        if self._teller is None:
            self._teller = asyncio.get_running_loop().call_later(TELL_S, self._is_due.set)

    async def _tell_while_needed(self) -> None:
        """Until Redis knows that nothing is held any more, and nobody waits."""
        while not self._is_closing and self._is_needed():
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW_S):
                    await self._is_due.wait()
            await self._tell()

    def _is_needed(self) -> bool:
        return self._is_due.is_set() or self._teller is not None or any(self._held) or any(self._waits)

    async def _tell(self) -> None:
        if self._teller is not None:
            self._teller.cancel()
            self._teller = None
        self._is_due.clear()
        asks: tuple[list[_Ask], list[_Ask]] = [], []
        for ask in self._asks:
            if not ask.answer.done():
                asks[ask.kind].append(ask)
        self._asks.clear()
        told = self._told(asks)
        self._counted = self._held.copy()
        try:
            *got, live_goes_on, batch_goes_on = await self._link.do(lambda redis: self._call(redis, told))
        except RedisAwayError:
            got, live_goes_on, batch_goes_on = [len(asks[kind]) for kind in Kind], 0, 0
        until = _now() + GO_ON_S
        self._goes_on_until = [until * live_goes_on, until * batch_goes_on]
        for kind in Kind:
            self._counted[kind] += got[kind]
            self._settle(kind, asks[kind], got[kind])

    def _told(self, asks: tuple[list[_Ask], list[_Ask]]) -> list[str | int]:
        """The arguments of the script."""
        for kind in Kind:
            self._waits[kind] = any(ask.others_wait for ask in asks[kind]) if asks[kind] else self._waits[kind]
        of_kinds = [(self._held[kind], len(asks[kind]), int(self._waits[kind])) for kind in Kind]
        lifetimes_ms = int(LEASE_S * 1000), int(WAIT_MARK_S * 1000)
        died = self._machine.died()
        return [self._name, self._cap, batch_share(self._cap), *of_kinds[0], *of_kinds[1], *lifetimes_ms, *died]

    async def _call(self, redis: Redis, told: list[str | int]) -> list[int]:
        if self._script is None:
            self._script = redis.register_script(_SCRIPT)
        return cast("list[int]", await self._script([self._key], told, redis))

    def _settle(self, kind: Kind, asks: list[_Ask], got: int) -> None:
        """Answer those who have asked, the first ones with yes. What is left over goes back."""
        for ask in asks:
            if ask.answer.done():  # cancelled meanwhile
                continue
            if is_taken := got > 0:
                got -= 1
                self._held[kind] += 1
            else:
                self._waits[kind] = True
            ask.answer.set_result(is_taken)
        if got:
            self._tell_soon()


def _now() -> float:
    return asyncio.get_running_loop().time()
