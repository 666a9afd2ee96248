"""The documentation of the socket, made from the types that read and write its frames."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import getdoc
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct, inspect

from sessions_app.domain.options import SessionOptions
from sessions_app.domain.protocol import codes
from sessions_app.domain.protocol.client import (
    Ask,
    AsrChunk,
    BatchWatch,
    Control,
    Feedback,
    Keepalive,
    Message,
    Options,
)
from sessions_app.domain.protocol.server import (
    SERVER_MESSAGES,
    Ack,
    AnswerFrame,
    BatchCounts,
    BatchProgress,
    ErrorFrame,
    Latency,
    ServerMessage,
    SourceItem,
    Status,
)

SESSION = "0b8f7c52-63a3-4f0c-9a58-5c1f0e8f2d10"
QUESTION = "q-41"
BATCH = "5d3b8a1e-7c55-4b0e-9a51-20b6f1f4c3aa"
CLIENT_EXAMPLES: Mapping[type[Struct], Mapping[str, Any]] = {
    Keepalive: {"type": "keepalive"},
    AsrChunk: {
        "type": "asr_chunk",
        "text": "so what is rag",
        "is_final": True,
        "segment_id": "tab1-17",
        "speaker": "Ada",
        "start_ms": 81_200,
        "end_ms": 82_640,
    },
    Control: {"type": "control", "action": "pause"},
    Ask: {"type": "ask", "text": "How do I upload a document?"},
    Feedback: {"type": "feedback", "question_id": QUESTION, "rating": "like"},
    BatchWatch: {"type": "batch_watch", "task_id": BATCH},
    Options: {
        "type": "options",
        "sensitivity": "precise",
        "languages": ["en"],
        "speakers": ["Ada", "Bo"],
        "dedup_window_s": 30,
        "while_answering": "replace",
    },
}
SERVER_EXAMPLES: Mapping[type[ServerMessage], ServerMessage] = {
    Ack: Ack(session_id=SESSION, received_type="asr_chunk", is_final=True, segment_id="tab1-17"),
    Status: Status(
        session_id=SESSION,
        seq=2,
        stage=codes.Stage.ANALYZING,
        question="what is rag",
        question_id=QUESTION,
        confidence=0.97,
        reason="wh-word and auxiliary",
        speaker="Ada",
    ),
    AnswerFrame: AnswerFrame(
        session_id=SESSION,
        seq=6,
        question_id=QUESTION,
        stream_index=2,
        content="",
        final=True,
        sources=(
            SourceItem(position=1, title="What is RAG?", content="RAG looks things up first.", url="", score=9.4),
        ),
        usage={},
        provider="knowledge",
        model="",
        cached=False,
        finish_reason="stop",
        latency_ms=Latency(detect=0.3, first_token=4.1, total=5.2),
    ),
    BatchProgress: BatchProgress(
        session_id=SESSION,
        task_id=BATCH,
        progress=24.6,
        status="running",
        message="Running: 120 of 500 answered, 3 failed.",
        timestamp=datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
        counts=BatchCounts(total=500, completed=120, failed=3),
    ),
    ErrorFrame: ErrorFrame(
        session_id=SESSION,
        seq=7,
        code=codes.ErrorCode.NO_FINAL_ASR,
        message=codes.ERROR_MEANINGS[codes.ErrorCode.NO_FINAL_ASR],
    ),
}
NOTE_MEANINGS: Mapping[str, str] = {
    "unfinished": "`waiting_for_question`: what was said is a question that cannot end there. Its rest is waited for, "
    "and asked with it; where nothing comes for a while, it is asked as it is.",
    "asked before": "`waiting_for_question`: what was said was asked already; `question_id` names the earlier "
    "question, whose answer holds.",
    "ignored": "`waiting_for_question`: the question of this `question_id` is left unanswered, because another one is "
    "being answered and the session's option `while_answering` is `ignore`.",
    "dropped": "`waiting_for_question`: the question of this `question_id` has waited longest of too many.",
    "taken back": "The words of this `question_id` were corrected, and do not ask it any more: its answer is "
    "`interrupting`, or it waited or had ended and is `waiting_for_question`. It counts as cancelled.",
    "left unanswered": "`idle`: nothing is known about the question of this `question_id`, and the session's option "
    "`only_known` is on. A final `answer` frame without `content` came before. `ask` gets an answer in any case.",
    "cancelled": "`idle`: the answer was cancelled.",
}
"""How the notes begin that tell what has become of something said."""
LIMIT_MEANINGS: Mapping[str, str] = {
    "WS_MAX_MESSAGE_BYTES": "Bytes of one frame.",
    "MAX_CHUNK_CHARS": "Characters of one `text`.",
    "MAX_SESSION_FINALS": "Finals of a session that are kept in memory; the database keeps all.",
    "MAX_WAITING_QUESTIONS": "Questions that wait for the running answer; the oldest gives way.",
    "MAX_OUTGOING_FRAMES": "Frames that wait for a client to read them, before the socket is closed.",
    "MAX_SOCKETS": "Sockets of one server process.",
}
FEW_VALUES = 6
WORDS: Mapping[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.EnumType: "string",
    inspect.BoolType: "boolean",
    inspect.IntType: "integer",
    inspect.FloatType: "number",
    inspect.DictType: "object",
    inspect.RawType: "any",
    inspect.DateTimeType: "string",
    inspect.NoneType: "null",
}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class MessageDoc:
    """A message, or a part of one. `name` is its `type` on the wire, or the part's name."""

    name: str
    description: str
    fields: tuple[Field, ...]
    example: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    name: str
    meaning: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolDoc:
    client: tuple[MessageDoc, ...]
    server: tuple[MessageDoc, ...]
    parts: tuple[MessageDoc, ...]
    stages: tuple[Meaning, ...]
    notes: tuple[Meaning, ...]
    errors: tuple[Meaning, ...]
    closes: tuple[Meaning, ...]
    limits: tuple[Meaning, ...]


def protocol_doc(limits: Mapping[str, int]) -> ProtocolDoc:
    """Everything a client must know. `limits` are the values of the settings in `LIMIT_MEANINGS`."""
    return ProtocolDoc(
        client=tuple(_message(kind, _pretty(example)) for kind, example in CLIENT_EXAMPLES.items()),
        server=tuple(_message(kind, _pretty(SERVER_EXAMPLES[kind])) for kind in SERVER_MESSAGES),
        parts=(_message(SessionOptions), _message(SourceItem), _message(Latency), _message(BatchCounts)),
        stages=_meanings(codes.STAGE_MEANINGS.items()),
        notes=_meanings(NOTE_MEANINGS.items()),
        errors=_meanings(codes.ERROR_MEANINGS.items()),
        closes=tuple(Meaning(code.name, meaning, str(int(code))) for code, meaning in codes.CLOSE_MEANINGS.items()),
        limits=tuple(Meaning(name, meaning, f"{limits[name]:,}") for name, meaning in LIMIT_MEANINGS.items()),
    )


def _message(kind: type[Struct], example: str = "") -> MessageDoc:
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)  # noqa: S101 - for the type checker, `kind` is a Struct
    is_server = not issubclass(kind, Message)
    fields = tuple(
        Field(field.name, _type(field.type), _is_needed(field, is_server=is_server), _description(field.type))
        for field in described.fields
    )
    return MessageDoc(str(described.tag or kind.__name__), getdoc(kind) or "", fields, example)


def _is_needed(field: inspect.Field, *, is_server: bool) -> bool:
    """Whether a client must send the field, or the server always does: what may be UNSET has no default here."""
    return field.required or (is_server and field.default is not NODEFAULT)


def _description(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata(extra_json_schema={"description": text}):
            return str(text)
        case inspect.UnionType(types=choices):
            return next(filter(None, map(_description, choices)), "")
    return ""


def _type(kind: inspect.Type) -> str:
    """A type in a few words, as a person who reads JSON would say it."""
    match kind:
        case inspect.Metadata(type=inner):
            words = _type(inner)
        case inspect.UnionType(types=choices):
            words = " | ".join(map(_type, choices))
        case inspect.LiteralType(values=values):
            words = " | ".join(f'"{value}"' for value in values)
        case inspect.StructType(cls=struct):
            words = struct.__name__
        case inspect.VarTupleType(item_type=item):
            words = f"({_type(item)})[]" if " " in _type(item) else f"{_type(item)}[]"
        case inspect.EnumType(cls=enum) if len(enum) <= FEW_VALUES:
            words = " | ".join(f'"{member.value}"' for member in enum)
        case inspect.StrType(max_length=int(most)):
            words = f"string, at most {most} characters"
        case _:
            words = WORDS[type(kind)]
    return words


def _pretty(message: object) -> str:
    return msgspec.json.format(msgspec.json.encode(message), indent=2).decode()


def _meanings(pairs: Iterable[tuple[str, str]]) -> tuple[Meaning, ...]:
    return tuple(Meaning(str(name), meaning) for name, meaning in pairs)
