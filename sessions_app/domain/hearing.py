"""What was heard in a session, as far back as it is kept in memory."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from sessions_app.domain.events import SegmentHeard
from sessions_app.domain.protocol import AsrChunk
from sessions_app.domain.questions import language_of

CONTEXT_FINALS = 6
"""How many finals before a question a provider gets with it at least."""
CONTEXT_CHARS = 2_400
"""How much of a longer utterance it gets besides."""


class Hearing:
    """The latest finals of a session, and which of them no question holds yet."""

    def __init__(self, finals: tuple[SegmentHeard, ...], next_index: int, *, max_finals: int) -> None:
        self._finals: deque[SegmentHeard] = deque(finals, maxlen=max_finals)
        self._known_ids = {final.segment_id for final in self._finals if final.segment_id}
        self._doubtful: set[str | None] = set()
        self.next_index = self._asked_up_to = next_index

    @property
    def latest(self) -> SegmentHeard | None:
        return self._finals[-1] if self._finals else None

    @property
    def latest_index(self) -> int | None:
        return self.next_index - 1 if self._finals else None

    def knows(self, segment_id: str | None) -> bool:
        return segment_id in self._known_ids

    def forget(self, final: SegmentHeard) -> None:
        """The final counts as never heard: sent again, it is new."""
        self._known_ids.discard(final.segment_id)
        self._finals = deque((each for each in self._finals if each.index != final.index), self._finals.maxlen)

    def doubt(self, segment_id: str | None) -> None:
        """Nobody knows whether the final's words are on record: sent again, they are new."""
        self._doubtful.add(segment_id)

    def keep(self, chunk: AsrChunk) -> SegmentHeard:
        final = SegmentHeard(
            self.next_index,
            chunk.text,
            language_of(chunk.text),
            chunk.segment_id,
            chunk.speaker or "",
            chunk.start_ms,
            chunk.end_ms,
        )
        if len(self._finals) == self._finals.maxlen:
            self._known_ids.discard(self._finals[0].segment_id)
            self._doubtful.discard(self._finals[0].segment_id)
        self._finals.append(final)
        if final.segment_id:
            self._known_ids.add(final.segment_id)
        self.next_index += 1
        return final

    def correct(self, chunk: AsrChunk) -> SegmentHeard | None:
        """The final of that id with other words, and times where it brings some; None where it has these words."""
        for place, final in enumerate(self._finals):
            is_new = final.text != chunk.text or chunk.segment_id in self._doubtful
            if final.segment_id == chunk.segment_id and is_new:
                self._doubtful.discard(chunk.segment_id)
                start_ms = final.start_ms if chunk.start_ms is None else chunk.start_ms
                end_ms = final.end_ms if chunk.end_ms is None else chunk.end_ms
                language = language_of(chunk.text)
                corrected = replace(final, text=chunk.text, language=language, start_ms=start_ms, end_ms=end_ms)
                self._finals[place] = corrected
                return corrected
        return None

    def latest_of(self, lets_ask: Callable[[str], bool]) -> list[SegmentHeard]:
        """The last few finals of those who may ask, or of all where none of them has spoken; the latest first."""
        theirs = (final for final in reversed(self._finals) if lets_ask(final.speaker))
        return [*islice(theirs, CONTEXT_FINALS)] or [*islice(reversed(self._finals), CONTEXT_FINALS)]

    def unasked(self, speaker: str) -> list[SegmentHeard]:
        """What a speaker said that is in no question yet, of much the end; or else their last final. Oldest first."""
        theirs = [*islice((final for final in reversed(self._finals) if final.speaker == speaker), CONTEXT_FINALS)]
        return [final for final in theirs if final.index >= self._asked_up_to][::-1] or theirs[:1]

    def ask(self) -> None:
        """All finals until now are in a question."""
        self._asked_up_to = self.next_index

    def before(self, index: int, since: int | None = None) -> tuple[str, ...]:
        """The texts of the finals before the one with `index`, oldest first, as a question's context.

        They are `CONTEXT_FINALS`, or all from the index `since` on, where those are more and not too long.
        """
        context: list[str] = []
        length = 0
        for final in reversed(self._finals):
            if final.index >= index:
                continue
            length += len(final.text)
            is_near = len(context) < CONTEXT_FINALS
            if not is_near and (since is None or final.index < since or length > CONTEXT_CHARS):
                break
            context.append(final.text)
        return tuple(reversed(context))

    def around(self, said: list[SegmentHeard]) -> tuple[str, ...]:
        """The context of a question that is made of these finals: what was said before them, and by others since."""
        own = {final.index for final in said}
        latest = [*islice(reversed(self._finals), CONTEXT_FINALS)][::-1]
        since = (final.text for final in latest if final.index > said[0].index and final.index not in own)
        return (*self.before(said[0].index), *since)
