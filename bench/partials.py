"""Messages per second, and processor time per message, for partials on many sockets."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bench.client import connect, disconnect, frame
from bench.servers import Server

SOCKETS = 200
ROUNDS = 5
WARM_UP_S, ROUND_S = 0.5, 3.0
PARTIAL = frame({"type": "asr_chunk", "text": "what is the difference between", "is_final": False})


@dataclass(frozen=True)
class Speed:
    """What a server did in the median round."""

    messages_per_s: float
    cpu_us_per_message: float

    @property
    def messages_per_cpu_s(self) -> float:
        return 1e6 / self.cpu_us_per_message


async def measure(servers: Iterable[Server]) -> dict[str, Speed]:
    """Load each server in turn, round after round, so that whatever else the machine does hits all alike."""
    rounds: dict[str, list[Speed]] = {}
    for _ in range(ROUNDS):
        for server in servers:
            rounds.setdefault(server.name, []).append(await _round(server))
    return {
        name: Speed(median(each.messages_per_s for each in speeds), median(each.cpu_us_per_message for each in speeds))
        for name, speeds in rounds.items()
    }


async def _round(server: Server) -> Speed:
    """Every socket sends its next partial as soon as the last one is acknowledged."""
    sockets = await connect(server.port, SOCKETS)
    await asyncio.sleep(WARM_UP_S)
    acknowledged = 0
    for each in sockets:
        write = each.transport.write

        def answer(_: bytes, write=write) -> None:  # noqa: ANN001
            nonlocal acknowledged
            acknowledged += 1
            write(PARTIAL)

        each.on_text = answer
        write(PARTIAL)
    await asyncio.sleep(WARM_UP_S)
    messages, cpu_s, started_at = acknowledged, server.cpu_s(), time.perf_counter()
    await asyncio.sleep(ROUND_S)
    messages, cpu_s = acknowledged - messages, server.cpu_s() - cpu_s
    elapsed_s = time.perf_counter() - started_at
    disconnect(sockets)
    await asyncio.sleep(WARM_UP_S)
    return Speed(messages / elapsed_s, cpu_s / messages * 1e6)
