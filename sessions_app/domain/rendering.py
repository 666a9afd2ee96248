"""Which message, if any, tells the client of an event."""

from msgspec import UNSET, UnsetType, json

from sessions_app.domain.events import (
    Acknowledged,
    AnswerDelta,
    AnswerEnded,
    AnswerSource,
    AskedQuestion,
    Event,
    Refused,
    SourcesCited,
    StageChanged,
    Trigger,
)
from sessions_app.domain.protocol import Stage
from sessions_app.domain.protocol.codes import ERROR_MEANINGS
from sessions_app.domain.protocol.server import (
    Ack,
    AnswerFrame,
    ErrorFrame,
    Latency,
    NumberedMessage,
    ServerMessage,
    SourceItem,
    Status,
)

_encode = json.Encoder().encode


class Numbering:
    """The name under which a client knows its session, and the count of the numbered messages it was sent."""

    __slots__ = ("name", "seq")

    def __init__(self, name: str, seq: int = 0) -> None:
        self.name = name
        self.seq = seq


def render(message: ServerMessage, numbering: Numbering) -> str:
    """The frame's text. Numbers the message, so it is called in the order of sending and once."""
    message.session_id = numbering.name
    if isinstance(message, NumberedMessage):
        numbering.seq += 1
        message.seq = numbering.seq
    return _encode(message).decode()


def message_for(event: Event) -> ServerMessage | None:
    """The message that tells the client of `event`; None where it is not the client's business."""
    message: ServerMessage | None = None
    match event:
        case Acknowledged():
            message = _ack(event)
        case StageChanged():
            message = _status(event)
        case Refused():
            message = ErrorFrame(
                code=event.code,
                message=event.message or ERROR_MEANINGS[event.code],
                details=dict(event.details) or UNSET,
            )
        case SourcesCited(question, index, sources):
            message = AnswerFrame(
                question_id=question.id, stream_index=index, content="", final=False, sources=_items(sources)
            )
        case AnswerDelta(question, index, text):
            message = AnswerFrame(question_id=question.id, stream_index=index, content=text, final=False)
        case AnswerEnded(stream_index=int()):
            message = _final_frame(event)
    return message


def _ack(event: Acknowledged) -> Ack:
    return Ack(
        message=event.message or UNSET,
        received_type=event.received_type or UNSET,
        is_final=UNSET if event.is_final is None else event.is_final,
        segment_id=event.segment_id or UNSET,
        options=event.options or UNSET,
    )


def _status(event: StageChanged) -> Status:
    status = Status(stage=event.stage, note=event.note or UNSET)
    if event.question is not None:
        status.question = event.question.text
        status.question_id = event.question.id
        status.mode = _mode(event.question)
    if event.is_restart:
        status.restarted = True
    if event.question is not None and event.stage is Stage.ANALYZING:
        status.confidence = event.question.confidence
        status.reason = event.question.reason
        status.speaker = event.question.speaker or UNSET
        status.replaces = event.question.replaces or UNSET
    return status


def _mode(question: AskedQuestion) -> str | UnsetType:
    return UNSET if question.trigger is Trigger.DETECTED else str(question.trigger)


def _final_frame(event: AnswerEnded) -> AnswerFrame:
    summary = event.summary
    return AnswerFrame(
        question_id=event.question.id,
        stream_index=event.stream_index or 0,
        content="",
        final=True,
        sources=_items(event.sources),
        usage=dict(summary.usage),
        provider=summary.provider,
        model=summary.model,
        cached=summary.is_cached,
        finish_reason=summary.finish_reason,
        suggested_questions=summary.suggested or UNSET,
        latency_ms=Latency(
            detect=summary.timing.detect_ms,
            first_token=summary.timing.first_token_ms,
            total=summary.timing.total_ms,
        ),
    )


def _items(sources: tuple[AnswerSource, ...]) -> tuple[SourceItem, ...]:
    return tuple(
        SourceItem(position=item.position, title=item.title, content=item.content, url=item.url, score=item.score)
        for item in sources
    )
