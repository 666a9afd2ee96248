"""The processes of this machine, and what they come to do."""

import subprocess
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

WAIT_TIMEOUT_S = 20
Value = TypeVar("Value")


class Process(NamedTuple):
    pid: int
    parent: int
    group: int


def processes() -> list[Process]:
    """Every process that has not ended."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in listing.splitlines()]
    return [Process(int(pid), int(parent), int(group)) for pid, parent, group, state in rows if state[0] != "Z"]


def until(condition: Callable[[], Value], what: str, timeout_s: float = WAIT_TIMEOUT_S) -> Value:
    """What `condition` returns as soon as that is true; fails where it takes longer than `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)
    return value
