"""The servers that are compared, each in a process of its own on a core of its own, and what they use up."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rtrag_site.tests.environ import isolated

ROOT = Path(__file__).resolve().parent.parent
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
START_TIMEOUT_S = 180
STOP_TIMEOUT_S = 10

SERVICE, FASTAPI, ASGI = "this service", "FastAPI echo", "bare ASGI echo"
COMMANDS = {
    SERVICE: ("manage.py", "serve", "--no-worker", "--port"),
    FASTAPI: ("-m", "bench.references", "fastapi_echo"),
    ASGI: ("-m", "bench.references", "asgi_echo"),
}


@cache
def cores() -> tuple[int, int]:
    """The core of the servers and the core of the load generator, as it was when first asked."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        sys.exit("The benchmarks need two cores.")
    return available[0], available[1]


@dataclass(frozen=True)
class Server:
    name: str
    pid: int
    port: int

    def cpu_s(self) -> float:
        """Seconds of processor time that the process has used so far, in user and kernel mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def memory_bytes(self) -> int:
        """Memory that is the process's alone (USS)."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return 1024 * sum(map(int, re.findall(r"^Private_\w+:\s+(\d+) kB", rollup, flags=re.MULTILINE)))


@contextlib.contextmanager
def data_folder() -> Iterator[Path]:
    """A folder of its own for the service's data, on the disk where the real one lies."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
        yield Path(folder)


@contextlib.contextmanager
def running(name: str, folder: Path, **variables: str) -> Iterator[Server]:
    """One of the servers, started, pinned and ready for connections."""
    with started(name, (sys.executable, *COMMANDS[name]), cores()[0], folder, **variables) as server:
        yield server


@contextlib.contextmanager
def started(name: str, command: Sequence[str], core: int, folder: Path, **variables: str) -> Iterator[Server]:
    """A server, whose `command` takes its port as the last argument, pinned to a core and ready for connections."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own commands
        ["taskset", "--cpu-list", str(core), *command, str(port)],  # noqa: S607 - wherever it is
        cwd=ROOT,
        env=isolated(os.environ, RTRAG_DATA_DIR=str(folder), **variables),
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_until_accepting(process, port)
        yield Server(name, process.pid, port)
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def _wait_until_accepting(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
