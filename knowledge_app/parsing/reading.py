"""What the reading child may use, and what it gives back."""

import msgspec

CPU_LIMIT_S = 60
WALL_LIMIT_S = 90
MEMORY_LIMIT_BYTES = 1_500_000_000
MAX_PASSAGES = 20_000


class Reading(msgspec.Struct, frozen=True):
    """A title and the passages (heading path, text), or the reason why there are none."""

    title: str = ""
    passages: list[tuple[str, str]] = []
    failure: str = ""
