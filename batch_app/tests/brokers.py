"""Brokers that can be lost, and come back."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import redis

from batch_app.tests.vendors import Proxy, proxy_to
from rtrag_site.tests.processes import until


class Broker(Protocol):
    """`url` is "" for the one that a service has by itself, which is always there."""

    url: str

    def lose(self) -> None: ...

    def bring_back(self) -> None: ...


class Folder:
    url = ""

    def lose(self) -> None: ...

    def bring_back(self) -> None: ...


class OwnRedis:
    """A process that is killed, and started again without what it knew."""

    def __init__(self, program: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{port}/0"
        self._command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        self.bring_back()

    def lose(self) -> None:
        self._process.kill()
        self._process.wait()

    def bring_back(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        until(self._answers, "Redis")

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


@contextmanager
def own_redis(otherwise: str, folder: Path) -> Iterator[Broker]:
    """A Redis for one test, or the way to the Redis at `otherwise` where none can be started."""
    if not (program := shutil.which("redis-server")):
        with far_broker(otherwise) as broker:
            yield broker
        return
    own = OwnRedis(program, folder)
    try:
        yield own
    finally:
        own.lose()


class FarBroker:
    """One that is not the test's to restart: the connections to it break, and for a while there are no others."""

    def __init__(self, url: str, proxy: Proxy) -> None:
        self.url = url
        self.lose = proxy.cut
        self.bring_back = proxy.mend


@contextmanager
def far_broker(url: str) -> Iterator[Broker]:
    address = urlsplit(url)
    with proxy_to(address.hostname or "", address.port or 5672) as (proxy, port):
        yield FarBroker(url.replace(f":{address.port}", f":{port}"), proxy)
