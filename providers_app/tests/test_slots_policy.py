"""Who may have the next slot, as the rows of the processes are."""

import pytest

from providers_app.gateway.slots.policy import Kind, Row, batch_share, may_take

LIVE, BATCH = Kind.LIVE, Kind.BATCH
NOW = 100.0
NOTHING = Row()


def row(live: int = 0, batch: int = 0, live_waits_until: float = 0.0, batch_waits_until: float = 0.0) -> Row:
    return Row((live, batch), (live_waits_until, batch_waits_until))


@pytest.mark.parametrize(("cap", "share"), [(1, 1), (2, 1), (3, 2), (4, 3), (32, 24), (10_000, 7_500)])
def test_batches_leave_slots_to_live_questions(cap, share):
    assert batch_share(cap) == share


@pytest.mark.parametrize(
    ("kind", "cap", "own", "others", "is_free"),
    [
        (LIVE, 1, NOTHING, [], True),
        (BATCH, 1, NOTHING, [], True),
        (LIVE, 4, row(1, 1), [row(live=1)], True),
        (LIVE, 4, row(1, 1), [row(live=1), row(batch=1)], False),
        (LIVE, 2, row(live=3), [], False),  # an operator has made the cap smaller
        (BATCH, 4, row(batch=1), [row(batch=1)], True),
        (BATCH, 4, row(batch=1), [row(batch=2)], False),
        (LIVE, 4, row(batch=1), [row(batch=2)], True),
        (BATCH, 4, NOTHING, [row(live_waits_until=NOW + 1)], False),
        (BATCH, 4, row(live_waits_until=NOW + 1), [], False),
        (BATCH, 4, NOTHING, [row(live_waits_until=NOW)], True),  # a mark that no longer counts
        (LIVE, 4, NOTHING, [row(batch_waits_until=NOW + 1)], True),
        (LIVE, 4, row(live=2), [row(live=1, live_waits_until=NOW + 1)], False),
        (LIVE, 4, row(live=1), [row(live=1, live_waits_until=NOW + 1)], True),
        (LIVE, 4, row(live=1), [row(live=2, live_waits_until=NOW + 1)], True),
        (BATCH, 8, row(batch=2), [row(live=5, batch=1, batch_waits_until=NOW + 1)], False),
    ],
)
def test_slot_is_free_for_whom_it_should(kind, cap, own, others, is_free):
    assert may_take(kind, cap, own, others, NOW) is is_free
