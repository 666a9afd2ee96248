"""What the gateway leaves in order when a process ends."""

import asyncio

from providers_app import usage
from providers_app.gateway.clients import close_clients
from providers_app.gateway.slots.waiting import close_queues
from providers_app.store import store


async def close() -> None:
    """Write what questions took, and close the connections of the running event loop."""
    await close_queues()
    await asyncio.gather(usage.writer.close(), store.close(), close_clients())
