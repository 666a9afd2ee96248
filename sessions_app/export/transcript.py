"""Sessions as a transcript to read: what was said with its time, questions (Q) and answers (A) where they came."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from providers_app.download import source_line
from sessions_app.export.reading import timeline
from sessions_app.models import Answer, Question, RealtimeSession, TranscriptSegment
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
        return f"{at:%H:%M:%S}  {_by(entry.speaker)}{_indented(entry.text)}{_verdict(entry)}\n"
    how = [entry.get_trigger_display(), *([_("takes the place of an earlier question")] if entry.replaces else [])]
    lines = [f"Q  {_by(entry.speaker)}{entry.text} ({', '.join(how)})"]
    answers = list(entry.answers.all())
    for answer in answers:
        lines += [f"A  {_said(entry, answer)}", *(f"   {source_line(source)}" for source in answer.sources)]
    if entry.outcome and not answers:
        lines.append(f"A  ({entry.get_outcome_display()})")
    return "\n" + "".join(f"          {_indented(line)}\n" for line in lines) + "\n"


def _verdict(segment: TranscriptSegment) -> str:
    """What the detector took it for, if for something to answer."""
    if segment.verdict in {"", TranscriptSegment.Verdict.NONE}:
        return ""
    return f" ({segment.get_verdict_display()}, {segment.confidence or 0:.0%})"


def _said(question: Question, answer: Answer) -> str:
    if answer.outcome != Answer.Outcome.COMPLETE:
        return f"{answer.content} ({answer.get_outcome_display()})"
    return answer.content or f"({question.get_outcome_display()})"


def _by(speaker: str) -> str:
    return f"{speaker}: " if speaker else ""


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 13)
