"""Where the questions of an utterance stand in it, also once its finals are corrected."""

from dataclasses import dataclass

from sessions_app.domain.events import AskedQuestion


@dataclass(slots=True)
class Span:
    """A question of an utterance, and where it stands: in which final it begins and ends, and at which character."""

    question: AskedQuestion
    first: int
    start: int
    last: int
    end: int

    def correct(self, index: int, before: str, after: str) -> None:
        """Follow the words: a final is corrected. Where what changed hides a limit, the final's own takes its place."""
        kept = _alike(before, after)
        changed_to = len(before) - _alike(before[kept:][::-1], after[kept:][::-1])
        grown = len(after) - len(before)
        if self.first == index and self.start > kept:
            self.start = self.start + grown if self.start >= changed_to else 0
        if self.last == index and self.end >= changed_to:
            self.end += grown
        elif self.last == index and self.end > kept:
            self.end = len(after)


def _alike(one: str, other: str) -> int:
    """How many characters at the beginning of two texts are the same."""
    length = min(len(one), len(other))
    return next((at for at in range(length) if one[at] != other[at]), length)
