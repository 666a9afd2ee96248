"""What was heard in a session, as far back as it is kept in memory."""

from collections import deque
from itertools import islice

from sessions_app.domain.events import SegmentHeard
from sessions_app.domain.questions import language_of

CONTEXT_FINALS = 6
"""How many finals a detector looks back on, and a provider gets with a question."""


class Hearing:
    """The latest finals of a session, and which of them no question holds yet."""

    def __init__(self, finals: tuple[SegmentHeard, ...], next_index: int, *, max_finals: int) -> None:
        self._finals: deque[SegmentHeard] = deque(finals, maxlen=max_finals)
        self._known_ids = {final.segment_id for final in self._finals if final.segment_id}
        self._next_index = self._asked_up_to = next_index

    @property
    def latest(self) -> SegmentHeard | None:
        return self._finals[-1] if self._finals else None

    @property
    def latest_index(self) -> int | None:
        return self._next_index - 1 if self._finals else None

    def knows(self, segment_id: str | None) -> bool:
        return segment_id in self._known_ids

    def forget(self, segment_id: str | None) -> None:
        """A final of that id counts as new."""
        self._known_ids.discard(segment_id)

    def keep(self, text: str, segment_id: str | None) -> SegmentHeard:
        final = SegmentHeard(self._next_index, text, language_of(text), segment_id)
        if len(self._finals) == self._finals.maxlen:
            self._known_ids.discard(self._finals[0].segment_id)
        self._finals.append(final)
        if final.segment_id:
            self._known_ids.add(final.segment_id)
        self._next_index += 1
        return final

    def unasked(self) -> list[SegmentHeard]:
        """The latest finals that are in no question yet, oldest first."""
        latest = islice(reversed(self._finals), CONTEXT_FINALS)
        return [final for final in latest if final.index >= self._asked_up_to][::-1]

    def ask(self) -> None:
        """All finals until now are in a question."""
        self._asked_up_to = self._next_index

    def before(self, count: int) -> tuple[str, ...]:
        """The texts of the finals before the last `count`, oldest first, as a question's context."""
        before = islice(reversed(self._finals), count, count + CONTEXT_FINALS)
        return tuple(final.text for final in before)[::-1]
