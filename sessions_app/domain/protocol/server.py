"""What the server sends. There are no types but these five, because existing clients reject unknown ones."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from sessions_app.domain.options import SessionOptions
from sessions_app.domain.protocol.codes import ErrorCode, Stage


class SourceItem(Struct, kw_only=True, frozen=True):
    """One source of an answer; the mark `[1]` in the text stands for the source with `position` 1."""

    position: Annotated[int, Meta(description="Counts from 1; the number of its mark.")]
    title: Annotated[str, Meta(description="The document, and the heading inside it.")]
    content: Annotated[str, Meta(description="The passage itself.")]
    url: Annotated[str, Meta(description="Where to read on; empty where there is no such place.")]
    score: Annotated[float | None, Meta(description="How well it fits, on the provider's own scale.")]


class Latency(Struct, kw_only=True, frozen=True):
    """Milliseconds, each counted from the arrival of the final that completed the question, or of the request."""

    detect: Annotated[
        float | None, Meta(description="until the question was recognised, with the time that its rest was waited for")
    ]
    first_token: Annotated[float | None, Meta(description="until the answer's first word")]
    total: Annotated[float, Meta(description="until the answer's end")]


class BatchCounts(Struct, kw_only=True, frozen=True):
    """How many questions of a batch there are, and how many have ended how."""

    total: Annotated[int, Meta(description="All of them.")]
    completed: Annotated[int, Meta(description="Those that were answered.")]
    failed: Annotated[int, Meta(description="Those that could not be answered.")]


class ServerMessage(Struct, tag_field="type", kw_only=True):
    """What all server messages have in common."""

    session_id: Annotated[str, Meta(description="The current session.")] = ""


class NumberedMessage(ServerMessage, kw_only=True):
    """What `status`, `answer` and `error` have in common."""

    seq: Annotated[int, Meta(description="Counts from 1 per session, without gaps.")] = 0


class Ack(ServerMessage, tag="ack", kw_only=True):
    """Says that a message arrived; for a final, that it is stored durably."""

    message: Annotated[str, Meta(description="`connected` at first; `paused` for chunks while paused.")] | UnsetType = (
        UNSET
    )
    received_type: Annotated[str, Meta(description="The `type` that is acknowledged.")] | UnsetType = UNSET
    is_final: Annotated[bool, Meta(description="The chunk's `is_final`.")] | UnsetType = UNSET
    segment_id: Annotated[str, Meta(description="The chunk's `segment_id`, where it had one.")] | UnsetType = UNSET
    options: (
        Annotated[
            SessionOptions,
            Meta(
                description="How the session is listened to: on connect, for `options`, and once after a switch to "
                "another session."
            ),
        ]
        | UnsetType
    ) = UNSET


class Status(NumberedMessage, tag="status", kw_only=True):
    """Says where the session stands."""

    stage: Annotated[Stage, Meta(description="The stage, see below.")]
    note: Annotated[str, Meta(description="What a person should know, in a few words.")] | UnsetType = UNSET
    question: Annotated[str, Meta(description="The question's own words.")] | UnsetType = UNSET
    mode: Annotated[str, Meta(description="`instant` or `typed`; absent for heard ones.")] | UnsetType = UNSET
    question_id: Annotated[str, Meta(description="The question meant.")] | UnsetType = UNSET
    confidence: Annotated[float, Meta(description="How sure the detector is, 0 to 1.")] | UnsetType = UNSET
    reason: Annotated[str, Meta(description="The rule that decided.")] | UnsetType = UNSET
    speaker: Annotated[str, Meta(description="Who asked, where that is known.")] | UnsetType = UNSET
    replaces: (
        Annotated[
            str,
            Meta(
                description="With `analyzing`: the `question_id` of what the same speaker had asked before going on, "
                "or before it was corrected; this question takes its place."
            ),
        ]
        | UnsetType
    ) = UNSET
    restarted: (
        Annotated[
            bool,
            Meta(
                description="With `querying_rag`: what the question's `answer` frames said so far no longer counts; "
                "the answer begins anew, with `stream_index` 0."
            ),
        ]
        | UnsetType
    ) = UNSET


class AnswerFrame(NumberedMessage, tag="answer", kw_only=True):
    """A piece of an answer. The fields after `sources` come with the final frame."""

    question_id: Annotated[str, Meta(description="The question that is answered.")]
    stream_index: Annotated[int, Meta(description="Counts from 0 per attempt to answer, without gaps.")]
    content: Annotated[str, Meta(description="The next piece of text; all pieces joined are the answer.")]
    final: Annotated[bool, Meta(description="Whether this is the answer's last frame.")]
    sources: (
        Annotated[tuple[SourceItem, ...], Meta(description="As soon as they are known, and with the final frame.")]
        | UnsetType
    ) = UNSET
    usage: Annotated[dict[str, int], Meta(description="What the provider counted, such as tokens.")] | UnsetType = UNSET
    provider: Annotated[str, Meta(description="Who answered.")] | UnsetType = UNSET
    model: Annotated[str, Meta(description="With which model.")] | UnsetType = UNSET
    cached: Annotated[bool, Meta(description="Whether the answer came from a cache.")] | UnsetType = UNSET
    finish_reason: (
        Annotated[
            str,
            Meta(
                description="`stop`; `not_found` where the provider knows no answer; "
                "`length` or `content_filter` where it was cut off."
            ),
        ]
        | UnsetType
    ) = UNSET
    suggested_questions: (
        Annotated[tuple[str, ...], Meta(description="What the provider proposes to ask next, if it does.")] | UnsetType
    ) = UNSET
    latency_ms: Annotated[Latency, Meta(description="Where the time went.")] | UnsetType = UNSET


class BatchProgress(ServerMessage, tag="batch_progress", kw_only=True):
    """How far a watched batch has come: at once, and then whenever that has changed, at most once a second.

    It has no `seq`, and a client that does not keep up gets the newest one only.
    """

    task_id: Annotated[str, Meta(description="The batch.")]
    progress: Annotated[float, Meta(description="The part of it that has ended, in percent, 0 to 100.")]
    status: Annotated[
        str,
        Meta(description="`pending`, `running`, `paused`; at its end `completed`, `failed` or `cancelled`."),
    ]
    message: Annotated[str, Meta(description="The same for people, in English.")]
    timestamp: Annotated[datetime, Meta(description="When that was so, in ISO 8601.")]
    counts: Annotated[BatchCounts, Meta(description="The same in numbers.")]


class ErrorFrame(NumberedMessage, tag="error", kw_only=True):
    """Something could not be done. Unless a close code says otherwise, the socket stays open."""

    code: Annotated[ErrorCode, Meta(description="The code, see below.")]
    message: Annotated[str, Meta(description="The same for people, in English.")]
    details: Annotated[dict[str, Any], Meta(description="Which field, limit or error id.")] | UnsetType = UNSET


SERVER_MESSAGES = (Ack, Status, AnswerFrame, BatchProgress, ErrorFrame)
