"""The least that can stand before a vendor: it passes bytes on. `python -m bench.gateway.relay VENDOR_PORT PORT`."""

import asyncio
import sys

import uvloop


class Relay(asyncio.Protocol):
    """One end of a connection; what it hears, the `other` end says."""

    def __init__(self, vendor_port: int = 0) -> None:
        self._vendor_port = vendor_port
        self._early = b""
        self.other: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        if self._vendor_port:
            self._connecting = asyncio.create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        transport, end = await loop.create_connection(Relay, "127.0.0.1", self._vendor_port)
        self.other, end.other = transport, self.transport
        transport.write(self._early)

    def data_received(self, data: bytes) -> None:
        if self.other:
            self.other.write(data)
        else:
            self._early += data

    def connection_lost(self, _error: Exception | None) -> None:
        if self.other:
            self.other.close()


async def main(vendor_port: int, port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Relay(vendor_port), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
