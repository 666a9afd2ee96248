"""What happens once when a web process starts, and once before it ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

logger = logging.getLogger(__name__)
Hook = Callable[[], Awaitable[None]]
SHUTDOWN_TIMEOUT_S = 1.5


class Lifespan:
    """The ASGI lifespan protocol.

    What `on_startup` holds gets something ready, or begins it in the event loop, and returns at once. A hook of
    `on_shutdown` that fails or takes longer than `SHUTDOWN_TIMEOUT_S` is logged, and the next one runs.
    """

    def __init__(self, *, on_startup: Sequence[Callable[[], object]] = (), on_shutdown: Sequence[Hook] = ()) -> None:
        self._on_startup = on_startup
        self._on_shutdown = on_shutdown

    async def __call__(
        self, _scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        await receive()
        for begin in self._on_startup:
            begin()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for hook in self._on_shutdown:
            try:
                await asyncio.wait_for(hook(), SHUTDOWN_TIMEOUT_S)
            except Exception:
                logger.exception("Shutting down: %s", getattr(hook, "__qualname__", hook))
        await send({"type": "lifespan.shutdown.complete"})
