"""A service that answers over HTTP in a thread of its own, and remembers every question it was asked."""

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"


@dataclass
class CountingVendor:
    """`asked` has the moments of each question; `most` is how many were open at a time, `now` how many are."""

    delay_s: float
    asked: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    now: int = 0
    most: int = 0
    port: int = 0
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a service whose provider this is."""
        return {
            "RAG_PROVIDER": "custom",
            "CUSTOM_RAG_API_URL": f"http://127.0.0.1:{self.port}/answer",
            "PROVIDER_PRIVATE_ADDRESSES": "127.0.0.1",
        }

    def read_all(self) -> None:
        """Count what has been sent by now."""

        async def rounds() -> None:
            for _ in range(5):  # of the loop: for what has arrived, for its reader, and for good measure
                await asyncio.sleep(0)

        assert self.loop
        asyncio.run_coroutine_threadsafe(rounds(), self.loop).result(5)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.loop = asyncio.get_running_loop()
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                body = await reader.readexactly(length)
                reply = b"fine"
                if head.startswith(b"post"):
                    question = json.loads(body)["question"]
                    await self._answer(question, reader)
                    reply = f"The answer to {question}".encode()
                writer.write(HEAD % len(reply) + reply)
        writer.close()

    async def _answer(self, question: str, reader: asyncio.StreamReader) -> None:
        """Take some time for it, or until whoever asks has hung up."""
        self.asked[question].append(monotonic())
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            async with asyncio.timeout(self.delay_s):
                await reader.read(1)
        except TimeoutError:
            return
        finally:
            self.now -= 1
        raise ConnectionAbortedError


@contextmanager
def counting_vendor(delay_s: float) -> Iterator[CountingVendor]:
    vendor = CountingVendor(delay_s)
    with _in_thread(vendor.serve) as vendor.port:
        yield vendor


@contextmanager
def _in_thread(serve) -> Iterator[int]:
    """A server in an event loop of its own; gives its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(serve, "127.0.0.1", 0), loop).result(5)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:

        async def end() -> None:
            server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)  # the connections that they have closed end in the loop's next round

        asyncio.run_coroutine_threadsafe(end(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@dataclass
class Proxy:
    """A way to another server that can be cut, as if that were restarted."""

    host: str
    port: int
    is_cut: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._loop = asyncio.get_running_loop()
        if self.is_cut:
            writer.close()
            return
        back, forth = await asyncio.open_connection(self.host, self.port)
        ends = {writer, forth}
        self._open |= ends
        with suppress(asyncio.CancelledError):
            await asyncio.gather(_pipe(reader, forth), _pipe(back, writer))
        self._open -= ends
        for end in ends:
            end.transport.abort()

    def cut(self) -> None:
        """Every connection breaks, and no new one is taken until `mend`."""
        self.is_cut = True
        if self._loop:
            for each in list(self._open):
                self._loop.call_soon_threadsafe(each.transport.abort)

    def mend(self) -> None:
        self.is_cut = False


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
    writer.close()


@contextmanager
def proxy_to(host: str, port: int) -> Iterator[tuple[Proxy, int]]:
    """The proxy, and its own port."""
    proxy = Proxy(host, port)
    with _in_thread(proxy.serve) as own_port:
        yield proxy, own_port
