"""What each speaker is saying: finals of one speaker are joined until the utterance ends."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sessions_app.domain.events import AskedQuestion, SegmentHeard
from sessions_app.domain.options import MAX_SPEAKERS
from sessions_app.domain.protocol import AsrChunk
from sessions_app.domain.questions import Verdict, is_chinese, language_of
from sessions_app.domain.spans import Span

PAUSE_S = 3.0
"""The silence that ends an utterance."""
UNFINISHED_PAUSE_S = 12.0
"""The silence that ends one whose words cannot end there, where it is judged by when the words arrive."""
UNFINISHED_MEASURED_PAUSE_S = 5.0
"""The same by the recogniser's times, which need no allowance for words that arrive late."""
MAX_UTTERANCE_CHARS = 2_400
"""Around ten minutes of Chinese speech and three of English; of a longer utterance the latest finals are kept."""
MAX_REACH = {"en": 200, "zh": 100}
"""How many characters before a final may belong to a question in it: what is read of a long utterance is bounded."""
MAX_ASKED = 32
"""How many questions of an utterance are remembered."""
_WORDS_PER_S = 2.5
_CHARACTERS_PER_S = 4.5
"""How fast people speak, for recognisers that tell neither times nor partials."""


@dataclass(slots=True)
class Utterance:
    """Finals of one speaker; `text` is all of them, of which the last begins at `starts[-1]`.

    `revision` counts its changes; `is_corrected` says that the last one was a correction; `held` is the verdict on a
    question in it that was only begun. Times are those of the caller's clock, in seconds: `held_at` is when the final
    came that the held question ends in, `heard_at` when the last final did, `speaking_at` when the last partial did,
    `began_at` when the first partial after the last final did.
    """

    speaker: str
    finals: list[SegmentHeard] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    text: str = ""
    revision: int = 0
    is_corrected: bool = False
    asked: list[Span] = field(default_factory=list)
    is_unfinished: bool = False
    held: Verdict | None = None
    held_at: float = 0.0
    heard_at: float = 0.0
    began_at: float | None = None
    speaking_at: float | None = None
    is_answered_by_others: bool = False

    def add(self, final: SegmentHeard, at: float) -> None:
        """Go on with `final`, which came at `at`."""
        self.finals.append(final)
        while len(self.finals) > 1 and sum(len(each.text) + 1 for each in self.finals) > MAX_UTTERANCE_CHARS:
            del self.finals[0]
            self.held = None
        self._join()
        self.is_corrected = False
        self.heard_at = at
        self.began_at = self.speaking_at = None
        self.is_answered_by_others = False

    def correct(self, final: SegmentHeard) -> int | None:
        """Take `final` in the place of the one with its index; returns its place, None where it is not here."""
        for place, known in enumerate(self.finals):
            if known.index == final.index:
                self.finals[place] = final
                self._join()
                self.is_corrected = True
                for span in self.asked:
                    span.correct(final.index, known.text.strip(), final.text.strip())
                return place
        return None

    def remove(self, index: int) -> None:
        """Forget a final, with the questions that touch it."""
        self.finals = [final for final in self.finals if final.index != index]
        self.asked = [span for span in self.asked if index not in {span.first, span.last}]
        self.held = None
        self._join()

    def ask(self, question: AskedQuestion, start: int, end: int) -> None:
        """`question` was asked, which stands there; the one that it replaces counts no more."""
        first, last = self._final_at(start), self._final_at(end - 1)
        at = self.finals[first].index, start - self.starts[first], self.finals[last].index, end - self.starts[last]
        kept = [span for span in self.asked if span.question.id != question.replaces]
        self.asked = [*kept, Span(question, *at)][-MAX_ASKED:]

    def extent(self, span: Span) -> tuple[int, int]:
        """Where a span stands in the text; of one whose beginning is too long ago, what is left of it."""
        places = {final.index: place for place, final in enumerate(self.finals)}
        start = self.starts[places[span.first]] + span.start if span.first in places else 0
        return start, self.starts[places[span.last]] + span.end if span.last in places else 0

    def reach(self, place: int) -> int:
        """From where on the text before a final may belong to a question in it: no further back than `MAX_REACH`."""
        earliest = self.starts[place] - MAX_REACH["zh" if self.finals[place].language == "zh" else "en"]
        return next(start for start in self.starts if start >= earliest)

    def first_final_of(self, start: int) -> tuple[SegmentHeard, str]:
        """The final in which a span that begins at `start` begins, and that final's words before it."""
        place = self._final_at(start)
        return self.finals[place], self.text[self.starts[place] : start].strip()

    def asked_before(self, place: int) -> Span | None:
        """The latest question asked of this utterance that begins before the final."""
        return next((span for span in reversed(self.asked) if span.first < self.finals[place].index), None)

    def questions_in(self, place: int) -> list[AskedQuestion]:
        """The questions asked of this utterance of which words stand in the final."""
        index = self.finals[place].index
        return [span.question for span in self.asked if span.first <= index <= span.last]

    def take_back(self, question: AskedQuestion) -> None:
        """The question counts as never asked."""
        self.asked = [span for span in self.asked if span.question.id != question.id]

    def end_of(self, place: int) -> int:
        """Where the final ends, or a question that begins in it and went on."""
        index = self.finals[place].index
        ends = [self.extent(span)[1] for span in self.asked if span.first <= index < span.last]
        return max([self.starts[place] + len(self.finals[place].text.strip()), *ends])

    def question_at(self, start: int, end: int) -> AskedQuestion | None:
        """The question asked of this utterance that has the most words in common with a span, if any has."""
        common = [(min(self.extent(span)[1], end) - max(self.extent(span)[0], start), span) for span in self.asked]
        most, span = max(common, key=lambda each: each[0], default=(0, None))
        return span.question if span and most > 0 else None

    def _final_at(self, position: int) -> int:
        return bisect_right(self.starts, max(position, 0)) - 1

    def goes_on(self, chunk: AsrChunk, at: float) -> bool:
        """Whether a final of the same speaker belongs to this utterance."""
        if self.is_answered_by_others and not self.is_unfinished:
            return False
        measured = self._measured_silence(chunk)
        if measured is not None:
            return measured <= (UNFINISHED_MEASURED_PAUSE_S if self.is_unfinished else PAUSE_S)
        began = self.began_at if self.began_at is not None else at - _duration(chunk.text)
        return began - self.heard_at <= (UNFINISHED_PAUSE_S if self.is_unfinished else PAUSE_S)

    def _measured_silence(self, chunk: AsrChunk) -> float | None:
        """Seconds between the last final and the new one by the recogniser's clock; None where that does not tell."""
        ended = self.finals[-1].end_ms if self.finals else None
        if chunk.start_ms is None or ended is None or chunk.start_ms < ended:
            return None
        return (chunk.start_ms - ended) / 1000

    def _join(self) -> None:
        self.text, self.starts = join(final.text for final in self.finals)
        self.revision += 1


class Utterances:
    """The utterance of each speaker that may still go on."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, Utterance] = OrderedDict()

    def speaking(self, speaker: str, at: float) -> None:
        """A partial came: the speaker has gone on speaking."""
        utterance = self._of.get(speaker)
        if utterance is not None:
            utterance.speaking_at = at
            if utterance.began_at is None:
                utterance.began_at = at

    def add(self, final: SegmentHeard, chunk: AsrChunk, at: float) -> Utterance:
        """The utterance that `final` belongs to, which it has become part of."""
        utterance = self._of.pop(final.speaker, None)
        if utterance is None or not utterance.goes_on(chunk, at):
            utterance = Utterance(final.speaker)
        self._of[final.speaker] = utterance
        if len(self._of) > MAX_SPEAKERS:
            self._of.popitem(last=False)
        utterance.add(final, at)
        return utterance

    def known(self, final: SegmentHeard) -> SegmentHeard | None:
        """What an utterance that may still go on holds of a final, before it is corrected."""
        utterance = self._of.get(final.speaker)
        return next((each for each in utterance.finals if each.index == final.index), None) if utterance else None

    def correct(self, final: SegmentHeard) -> tuple[Utterance, int] | None:
        """The utterance that a corrected final is part of, and its place in it; None where that has ended."""
        utterance = self._of.get(final.speaker)
        place = utterance.correct(final) if utterance else None
        return (utterance, place) if utterance is not None and place is not None else None

    def remove(self, final: SegmentHeard) -> None:
        """A final counts as never heard."""
        utterance = self._of.get(final.speaker)
        if utterance is not None:
            utterance.remove(final.index)
            if not utterance.finals:
                del self._of[final.speaker]

    def answered_by(self, speaker: str) -> None:
        """A speaker has said more than that they listen: finished utterances of others do not go on after it."""
        for other in self._of.values():
            if other.speaker != speaker:
                other.is_answered_by_others = True

    def find(self, speaker: str) -> Utterance | None:
        return self._of.get(speaker)

    def end_all(self) -> None:
        """What is said next begins anew."""
        self._of.clear()


def join(finals: Iterable[str]) -> tuple[str, list[int]]:
    """What was said in these finals as one text, and where each of them begins in it."""
    text, starts = "", []
    for final in finals:
        words = final.strip()
        if text and words and not (is_chinese(text[-1]) and is_chinese(words[0])):
            text += " "
        starts.append(len(text))
        text += words
    return text, starts


def _duration(text: str) -> float:
    """Roughly how many seconds it takes to say."""
    if language_of(text) == "zh":
        return len(text) / _CHARACTERS_PER_S
    return len(text.split()) / _WORDS_PER_S
