"""Sessions as a transcript to read: what was said with its time, questions (Q) and answers (A) where they came."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from providers_app.download import source_line
from sessions_app.export.reading import timeline
from sessions_app.models import Answer, RealtimeSession, TranscriptSegment
from sessions_app.timeline import Entry


def as_text(sessions: Iterable[RealtimeSession]) -> Iterator[str]:
    for number, session in enumerate(sessions):
        yield ("\n\n" if number else "") + session.name + "\n"
        day = ""
        for entry in timeline(session):
            at = timezone.localtime(entry.heard_at if isinstance(entry, TranscriptSegment) else entry.asked_at)
            if day != (day := f"{at:%Y-%m-%d %Z}"):
                yield f"\n{day}\n\n"
            yield _paragraph(entry, at)


def _paragraph(entry: Entry, at: datetime) -> str:
    """An entry of the plain text."""
    if isinstance(entry, TranscriptSegment):
        return f"{at:%H:%M:%S}  {_indented(entry.text)}\n"
    lines = [f"Q  {entry.text} ({entry.get_trigger_display()})"]
    answers = list(entry.answers.all())
    for answer in answers:
        note = "" if answer.outcome == Answer.Outcome.COMPLETE else f" ({answer.get_outcome_display()})"
        lines += [f"A  {answer.content}{note}", *(f"   {source_line(source)}" for source in answer.sources)]
    if entry.outcome and not answers:
        lines.append(f"A  ({entry.get_outcome_display()})")
    return "\n" + "".join(f"          {_indented(line)}\n" for line in lines) + "\n"


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 13)
