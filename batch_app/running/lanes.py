"""The places on a machine where batches are run: one process at a time holds each."""

import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from filelock import FileLock, Timeout


@contextmanager
def lane() -> Iterator[str]:
    """Hold a free lane inside the context; gives its name, or "" where all of them are taken.

    The kernel frees the lane of a process that is killed. So whoever holds a lane knows that whatever was run under
    its name before is over.
    """
    folder = settings.DATA_DIR / "batches"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(settings.BATCH_PROCESSES):
        lock = FileLock(folder / f"lane-{number}.lock")
        try:
            held = lock.acquire(blocking=False)
        except Timeout:
            continue
        with held:
            yield f"{socket.gethostname()[:64]}/{number}/{_mark(folder / f'lane-{number}.id')}"
        return
    yield ""


def _mark(path: Path) -> str:
    """What tells this lane from that of another machine with the same name. Read and made by its holder alone."""
    with suppress(FileNotFoundError):
        if mark := path.read_text():
            return mark
    mark = uuid.uuid4().hex[:12]
    path.write_text(mark)
    return mark
