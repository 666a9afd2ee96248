"""The queue of tasks in the data folder: kombu's, but a message is there as a whole or not at all.

Kombu writes a message where others already look for it. Whoever looks at the wrong moment reads half of it, and a
worker that cannot read a message ends.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Puts messages under names that nobody looks for, and gives them theirs when they are complete."""

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override] # as kombu's own
        folder = Path(self.data_folder_out)
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f"{name}.unfinished"
        try:
            unfinished.write_text(dumps(payload))
            unfinished.replace(folder / name)
        except OSError as error:
            raise ChannelError("The folder of the broker cannot be written") from error


class Transport(filesystem.Transport):
    Channel = Channel


def use_it() -> None:
    """For every broker URL that begins with `filesystem:`, from now on."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:{Transport.__qualname__}"
