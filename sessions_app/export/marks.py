"""Marked verdicts as lines of JSON, in the format of the data that the detector is trained and measured with.

Each line is what was judged: a segment, with those before it from the one on in which a question begins that ends in
it; or the question's own words, where an operator has given them. `text` is as recognisers without punctuation write
it and `punct` as it came, `label` 1 where it is truly a question or request and 0 where not, `prev` what was said
before what was judged and whether that was `prev_same` speaker.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sessions_app.domain.questions import is_chinese, language_of
from sessions_app.domain.utterances import MAX_UTTERANCE_CHARS, join
from sessions_app.export.reading import segments
from sessions_app.models import RealtimeSession, TranscriptSegment

Segment = TranscriptSegment
_PUNCTUATION = re.compile(r"[^\w\s']|_|(?<!\w)'(?!\w)")
_BLANKS = re.compile(r"\s+")


class _Marked(NamedTuple):
    """A segment, the words that its verdict is on, and what was said before these."""

    segment: Segment
    words: list[Segment]
    before: list[Segment]


def as_marks(
    sessions: Iterable[RealtimeSession], since: datetime | None = None, language: str | None = None
) -> Iterator[str]:
    """A line for each segment that is marked, or was marked `since` then; of one language, or of all."""
    for session in sessions:
        for marked in _marked(session, since):
            fields = _fields(marked)
            if fields["text"] and language in {None, fields["lang"]}:
                yield json.dumps(fields, ensure_ascii=False) + "\n"


def bare(text: str) -> str:
    """The text in lower case without punctuation, and without the blanks that Chinese does not need."""
    words = _BLANKS.sub(" ", _PUNCTUATION.sub(" ", text.lower().replace("’", "'"))).strip()
    return "".join(
        letter
        for place, letter in enumerate(words)
        if letter != " " or not (is_chinese(words[place - 1]) or is_chinese(words[place + 1]))
    )


def _marked(session: RealtimeSession, since: datetime | None) -> Iterator[_Marked]:
    """Each marked segment. What was said before are the earlier words of its utterance, or else the segment before.

    An utterance has no more finals than characters.
    """
    said: defaultdict[str, deque[tuple[Segment, Segment | None]]] = defaultdict(
        lambda: deque(maxlen=MAX_UTTERANCE_CHARS)
    )
    last: Segment | None = None
    for segment in segments(session):
        own = said[segment.speaker]
        while own and segment.utterance is not None and own[0][0].index < segment.utterance:
            own.popleft()
        own.append((segment, last))
        last = segment
        if segment.mark and (since is None or (segment.marked_at and segment.marked_at >= since)):
            utterance = list(own) if segment.utterance is not None else [own[-1]]
            begins = segment.index if segment.question_from is None else min(segment.question_from, segment.index)
            words = [each for each in utterance if each[0].index >= begins]
            before = [each for each, _ in utterance[: -len(words)]] or [each for _, each in words[:1] if each]
            yield _Marked(segment, [each for each, _ in words], before)


def _fields(marked: _Marked) -> dict[str, str | int]:
    segment, words, before = marked
    took_it_for_one = segment.verdict != Segment.Verdict.NONE
    has_own_words = segment.mark == Segment.Mark.WORDS
    text = segment.marked_words if has_own_words else join(each.text for each in words)[0]
    is_question = has_own_words or took_it_for_one == (segment.mark == Segment.Mark.RIGHT)
    return {
        "text": bare(text),
        "punct": text,
        "label": int(is_question),
        "lang": segment.language if len(words) == 1 and not has_own_words else language_of(text),
        "conv": str(segment.session_id),
        "tag": segment.verdict,
        "prev": bare(join(each.text for each in before)[0]),
        "prev_same": bool(before) and before[0].speaker == segment.speaker,
    }
