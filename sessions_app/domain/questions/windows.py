"""Cuts a long final where sentences and clauses end, so that what is read at a time stays short."""

import re
from collections.abc import Iterator

WINDOW_CHARACTERS = 600
"""The most that is judged as one: around two minutes of Chinese speech and forty seconds of English."""
MAX_READ_CHARACTERS = 2_400
"""Only so many characters at the end of a final are read."""

_BORDERS = (
    re.compile(r"[?？؟。！;；…\n]|[.!](?=\s)"),
    re.compile(
        r"[,，、:：]|(?<=[吗呢吧啊呀哦嘛])(?=\w)|(?=然后|但是|所以|不过|而且|因为|请问)"
        r"|\s(?=(?:and|or|so|but|because|then|okay|ok|well|yeah|now)\s)"
    ),
    re.compile(r"\s"),
)
"""Where a text may be cut, the best places first."""


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text stand, the last one first: at least one, together no more than is read."""
    end = len(text)
    earliest = max(end - MAX_READ_CHARACTERS, 0)
    while True:
        start = window_start(text, end, WINDOW_CHARACTERS, earliest)
        yield start, end
        end = len(text[:start].rstrip())
        if end <= earliest:
            break


def window_start(text: str, end: int, size: int, earliest: int = 0) -> int:
    """Where to cut so that at most `size` characters before `end` are left, and at least half as many."""
    first = end - size
    if first <= earliest:
        return earliest
    for border in _BORDERS:
        found = border.search(text, first, end - size // 2)
        if found:
            return found.end()
    return first
