"""The web server: uvicorn with this service's limits, ended within a time that is known."""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from django.conf import settings
from django.core.management import CommandError

from rtrag_site.server.sockets import SocketProtocol
from rtrag_site.server.supervisor import supervise_workers
from sessions_app.asking import get_asks

MAX_PORT = 65_535
FINISH_REQUESTS_S = 2
EXIT_DEADLINE_S = 4.5


class WebServer(uvicorn.Server):
    """Tells when it accepts connections; the first signal ends it in order, another Ctrl-C at once."""

    def __init__(self, config: uvicorn.Config, on_accepting: Callable[[], None], on_ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_accepting = on_accepting
        self._on_ending = on_ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_accepting()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end, number)
        yield

    def _end(self, number: signal.Signals) -> None:
        if self.should_exit:
            if number == signal.SIGINT:  # SIGTERM may well come twice, from a supervisor and through `make`
                os._exit(1)
            return
        self.should_exit = True
        self._on_ending()
        deadline = threading.Timer(EXIT_DEADLINE_S, os._exit, [1])  # should anything hang, it hangs no longer
        deadline.daemon = True
        deadline.start()


def bind(host: str, port: int) -> socket.socket:
    """A socket that holds the address, on which connections wait; raises `CommandError` where that is impossible."""
    if not 0 <= port <= MAX_PORT:
        raise CommandError(f"Cannot listen on {host} port {port}: ports go from 0 to {MAX_PORT}")
    with contextlib.ExitStack() as undo:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            listener = undo.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()  # without it another process could bind the same address
        except UnicodeError as error:
            raise CommandError(f"Cannot listen on {host} port {port}: that is no name of a host") from error
        except OSError as error:
            raise CommandError(f"Cannot listen on {host} port {port}: {error.strerror}") from error
        undo.pop_all()
    return listener


def configuration(application: str) -> uvicorn.Config:
    """How uvicorn serves `application`, an import string, with this service's limits."""
    return uvicorn.Config(
        application,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        ws=SocketProtocol,
        ws_max_size=2 * settings.WS_MAX_MESSAGE_BYTES,  # beyond its own limit a frame still gets a typed answer
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=FINISH_REQUESTS_S,
    )


async def serve(
    listener: socket.socket, *, with_workers: bool, on_accepting: Callable[[], None], say: Callable[[str], None]
) -> None:
    """Serve on `listener` until a signal comes, with Celery workers beside it."""
    workers = asyncio.create_task(supervise_workers(say)) if with_workers else None

    def end_workers() -> None:
        if workers and not workers.cancelling():
            workers.cancel()

    def end() -> None:
        end_workers()
        get_asks().drain()

    server = WebServer(configuration("rtrag_site.asgi:application"), on_accepting, on_ending=end)
    try:
        await server.serve(sockets=[listener])
    finally:
        end_workers()
        if workers:
            await asyncio.wait([workers])
