"""Marked verdicts as lines of JSON, in the format of the data that the detector is trained and measured with.

Each line is a segment: `text` as recognisers without punctuation write it and `punct` as it came, `label` 1 where it is
truly a question or request and 0 where not, `prev` what was said before it and whether that was `prev_same` speaker.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime

from sessions_app.domain.questions import is_chinese
from sessions_app.domain.utterances import MAX_UTTERANCE_CHARS
from sessions_app.export.reading import segments
from sessions_app.models import RealtimeSession, TranscriptSegment

Segment = TranscriptSegment
_PUNCTUATION = re.compile(r"[^\w\s']|_|(?<!\w)'(?!\w)")
_BLANKS = re.compile(r"\s+")


def as_marks(
    sessions: Iterable[RealtimeSession], since: datetime | None = None, language: str | None = None
) -> Iterator[str]:
    """A line for each segment that is marked, or was marked `since` then; of one language, or of all."""
    for session in sessions:
        for segment, before, is_same in _with_what_came_before(session):
            is_meant = language in {None, segment.language} and _is_marked(segment, since)
            if is_meant and (text := bare(segment.text)):
                yield _line(segment, text, before, is_same=is_same)


def _is_marked(segment: Segment, since: datetime | None) -> bool:
    return segment.mark != "" and (since is None or (segment.marked_at is not None and segment.marked_at >= since))


def bare(text: str) -> str:
    """The text in lower case without punctuation, and without the blanks that Chinese does not need."""
    words = _BLANKS.sub(" ", _PUNCTUATION.sub(" ", text.lower().replace("’", "'"))).strip()
    return "".join(
        letter
        for place, letter in enumerate(words)
        if letter != " " or not (is_chinese(words[place - 1]) or is_chinese(words[place + 1]))
    )


def _with_what_came_before(session: RealtimeSession) -> Iterator[tuple[Segment, str, bool]]:
    """Each segment with the earlier words of its utterance, or else with the segment before it.

    It comes with whether its own speaker said them. An utterance has no more finals than characters.
    """
    said: defaultdict[str, deque[Segment]] = defaultdict(lambda: deque(maxlen=MAX_UTTERANCE_CHARS))
    before: Segment | None = None
    for segment in segments(session):
        own = said[segment.speaker]
        while own and segment.utterance is not None and own[0].index < segment.utterance:
            own.popleft()
        if own and segment.utterance is not None:
            yield segment, _joined(each.text for each in own), True
        else:
            yield segment, bare(before.text) if before else "", before is not None and before.speaker == segment.speaker
        own.append(segment)
        before = segment


def _joined(texts: Iterable[str]) -> str:
    return bare(" ".join(texts))


def _line(segment: Segment, text: str, before: str, *, is_same: bool) -> str:
    took_it_for_one = segment.verdict != Segment.Verdict.NONE
    fields = {
        "text": text,
        "punct": segment.text,
        "label": int(took_it_for_one == (segment.mark == Segment.Mark.RIGHT)),
        "lang": segment.language,
        "conv": str(segment.session_id),
        "tag": segment.verdict,
        "prev": before,
        "prev_same": is_same,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"
