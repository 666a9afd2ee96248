"""Memory per socket that is open and idle."""

import asyncio

from bench.client import connect, disconnect
from bench.servers import Server

SOCKETS = 2_000
WARM_UP_SOCKETS = 100
SETTLE_S = 2.0


async def measure(server: Server) -> float:
    """Bytes by which the server grows for each of many idle sockets, beyond what it needs to serve any."""
    disconnect(await connect(server.port, WARM_UP_SOCKETS))
    await asyncio.sleep(SETTLE_S)
    before = server.memory_bytes()
    sockets = await connect(server.port, SOCKETS)
    await asyncio.sleep(SETTLE_S)
    grown = server.memory_bytes() - before
    disconnect(sockets)
    return grown / SOCKETS
