"""Who may have the next slot. `take.lua` says the same of processes that share Redis."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

WAIT_MARK_S = 0.5
"""How long the mark of those who wait counts; they set it anew at every try, so what hangs holds up nobody."""


class Kind(IntEnum):
    """Whether somebody listens for the answer."""

    LIVE = 0
    BATCH = 1


class Row(NamedTuple):
    """How many slots one process holds of each kind, and until when its mark counts that somebody waits in it."""

    held: tuple[int, int] = (0, 0)
    waits_until: tuple[float, float] = (0.0, 0.0)


def batch_share(cap: int) -> int:
    """How many of the slots batches may hold: some are always left, so that a live question need not wait for one."""
    return cap - max(1, cap // 4) if cap > 1 else cap


def may_take(kind: Kind, cap: int, own: Row, others: Iterable[Row], now: float) -> bool:
    """Whether the process of `own` may have one more.

    No batch does while a live question waits anywhere. Of several processes that wait, the one that holds the fewest
    goes first: so none starves, and where all hold as many, each goes on with the slots that it has.
    """
    total, batches = own.held[Kind.LIVE] + own.held[Kind.BATCH], own.held[Kind.BATCH]
    a_live_one_waits, gives_way = own.waits_until[Kind.LIVE] > now, False
    for row in others:
        total += row.held[Kind.LIVE] + row.held[Kind.BATCH]
        batches += row.held[Kind.BATCH]
        a_live_one_waits = a_live_one_waits or row.waits_until[Kind.LIVE] > now
        gives_way = gives_way or (row.waits_until[kind] > now and row.held[kind] < own.held[kind])
    if total >= cap or gives_way:
        return False
    return kind is Kind.LIVE or (batches < batch_share(cap) and not a_live_one_waits)
