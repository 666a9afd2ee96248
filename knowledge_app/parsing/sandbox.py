"""Reads a file in a child process with bounded time and memory, so that no file harms the process that asks."""

import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from knowledge_app.parsing.document import UnreadableDocumentError
from knowledge_app.parsing.reading import WALL_LIMIT_S, Reading

_PROJECT = Path(__file__).resolve().parents[2]


def read(content: bytes, suffix: str) -> Reading:
    """The title and passages of a file, whose kind the `suffix` of its name says.

    Raises `UnreadableDocumentError`, also where the child was killed or hangs.
    """
    try:
        child = subprocess.run(  # noqa: S603 - the command is ours; the suffix is one of the known ones
            [sys.executable, "-m", "knowledge_app.parsing", suffix],
            input=content,
            capture_output=True,
            cwd=_PROJECT,
            env={"PYTHONUTF8": "1"},  # and no secrets
            timeout=WALL_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableDocumentError("Reading it takes longer than allowed.") from None
    if child.returncode == -signal.SIGXCPU:
        raise UnreadableDocumentError("Reading it takes longer than allowed.")
    try:
        reading = msgspec.json.decode(child.stdout, type=Reading)
    except msgspec.DecodeError:
        raise UnreadableDocumentError("The file made its reader crash.") from None
    if reading.failure:
        raise UnreadableDocumentError(reading.failure)
    return reading
