"""Citation marks in a streamed answer: however a model writes them, they come out as `[n]`, of sources that exist."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from providers_app.contract import AnswerEnded, AnswerRestarted, ProviderError, ProviderEvent, TextDelta

_LABELS = ("sources", "passages", "documents", "docs", "references", "refs", "来源", "段落", "资料", "文献", "参考")
_OPENING, _CLOSING = r"[\[【［〔]", r"[\]】］〕]"
_LABEL = rf"(?:\^|(?:{'|'.join(f'{label}?' if label.isascii() else label for label in _LABELS)})\s?#?:?\s?)?"
_NUMBER = r"[1-9１-９]\d?"
_NOTE = r"†[^\]】］〕\n]{0,40}"
_MARK = re.compile(
    rf" ?{_OPENING}\s?{_LABEL}(?P<numbers>{_NUMBER}(?:\s?[,，、;；&–-]\s?{_LABEL}{_NUMBER}){{0,9}})\s?"
    rf"(?:{_NOTE})?{_CLOSING}",
    re.IGNORECASE,
)
"""`[1]` `【1】` `[^1]` `[1, 2]` `[1-3]` `[Source 1, source 2]` `[来源1]` `【1†notes】`, with the blank before it."""
_CANDIDATE = re.compile(rf"`| ?{_OPENING}| \Z")
_RANGE = re.compile(rf"({_NUMBER})(?:\s?[–-]\D{{0,16}}({_NUMBER}))?")


def _beginnings(word: str) -> str:
    """A pattern for the first letters of `word`, however many."""
    return word[0] + (f"(?:{_beginnings(word[1:])})?" if word[1:] else "")


_BEGUN = re.compile(
    rf" ?(?:{_OPENING}(?:(?:{'|'.join(map(_beginnings, _LABELS))})(?=\W|\d|\Z)|[\d\s^#:,，、;；&–-]){{0,128}}"
    rf"(?:{_NOTE})?)?\Z",
    re.IGNORECASE,
)
"""What may become a mark with the text that follows."""


class CitationMarks:
    """Rewrites the marks of a text that comes in pieces. Code between backticks is left as it is."""

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._held = ""
        self._is_code = False

    def feed(self, text: str) -> str:
        """As much of the text so far as is sure, with its marks rewritten; the rest is held back."""
        return self._rewritten(self._held + text, is_all=False)

    def rest(self) -> str:
        """What is still held back, at the end of the text."""
        return self._rewritten(self._held, is_all=True)

    def _rewritten(self, text: str, *, is_all: bool) -> str:
        self._held, done, position = "", [], 0
        while candidate := _CANDIDATE.search(text, position):
            start = candidate.start()
            done.append(text[position:start])
            if candidate.group() == "`":
                self._is_code = not self._is_code
            elif not self._is_code and (mark := _MARK.match(text, start)):
                done.append(self._marks(mark))
                position = mark.end()
                continue
            elif not self._is_code and not is_all and _BEGUN.match(text, start):
                self._held = text[start:]
                return "".join(done)
            done.append(candidate.group())
            position = candidate.end()
        return "".join([*done, text[position:]])

    def _marks(self, mark: re.Match[str]) -> str:
        """The marks of the sources that there are, each once, behind the blank before them; none without any."""
        found = "".join(f"[{number}]" for number in _numbers(mark["numbers"]) if 1 <= number <= self._sources)
        blank = " " if mark.group().startswith(" ") else ""
        return found and blank + found


def _numbers(text: str) -> list[int]:
    pairs = (match.groups() for match in _RANGE.finditer(text))
    return list(dict.fromkeys(n for first, last in pairs for n in range(int(first), int(last or first) + 1)))


async def cited(events: AsyncGenerator[ProviderEvent], sources: int) -> AsyncGenerator[ProviderEvent]:
    """The same events with the marks of the answer's text rewritten. No text is lost, even if the provider fails."""
    marks = CitationMarks(sources)
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, TextDelta):
                    if text := marks.feed(event.text):
                        yield TextDelta(text)
                    continue
                if isinstance(event, AnswerEnded) and (text := marks.rest()):
                    yield TextDelta(text)
                elif isinstance(event, AnswerRestarted):
                    marks = CitationMarks(sources)
                yield event
    except ProviderError:
        if text := marks.rest():
            yield TextDelta(text)
        raise
