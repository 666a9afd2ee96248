"""uvicorn's WebSocket protocol, for peers that do not read what they are sent."""

import asyncio

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

FAREWELL_S = 5.0


class SocketProtocol(WebSocketsSansIOProtocol):
    """Cuts the connection where closing it in order takes too long.

    uvicorn waits until the peer has taken everything, which one that stopped reading never does: it would keep its
    connection, and megabytes in the kernel, for as long as it likes.
    """

    _cut: asyncio.TimerHandle | None = None

    async def run_asgi(self) -> None:
        await super().run_asgi()
        if not self.disconnected:
            self._cut = self.loop.call_later(FAREWELL_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._cut is not None:
            self._cut.cancel()
