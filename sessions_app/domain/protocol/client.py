"""What a client may send: one JSON object a frame, told apart by `type`."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from sessions_app.domain import options

SessionName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9._-]+\Z",
        description="The session meant: 1 to 64 of `A-Z a-z 0-9 . _ -`. Another one than the current asks to go there: "
        "a session begun over this socket is taken up again, with its own `options`; an unknown name starts a new "
        "session, with those that hold. A session ends with its socket.",
    ),
]
SpokenText = Annotated[
    str,
    Meta(pattern=r"^[^\x00]*\Z", description="What was said or typed; no NUL character.", examples=["what is rag"]),
]


Milliseconds = Annotated[int, Meta(ge=0, le=2**53)]
"""Up to the largest integer that every client's JSON can hold."""


class Action(StrEnum):
    """What `control` may ask for."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    INSTANT_QUERY = "instant_query"
    CANCEL = "cancel"


class Rating(StrEnum):
    """How an answer was liked."""

    LIKE = "like"
    DISLIKE = "dislike"


class Message(Struct, tag_field="type", kw_only=True, frozen=True):
    """What all client messages have in common."""

    kind: ClassVar[str] = ""
    session_id: SessionName | None = None


class Keepalive(Message, tag="keepalive", frozen=True):
    """Keeps proxies from closing an idle socket; answered with an `ack` and without any other effect."""

    kind: ClassVar[str] = "keepalive"


class AsrChunk(Message, tag="asr_chunk", frozen=True):
    """A piece of recognised speech. A partial may change and is never stored; a final is stored before its `ack`."""

    kind: ClassVar[str] = "asr_chunk"
    text: SpokenText
    is_final: Annotated[bool, Meta(description="Whether the recogniser will not change the text any more.")] = False
    segment_id: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=64,
                pattern=r"^[^\x00-\x1f\x7f]+\Z",
                description="The client's own name of a final, new for each: a final sent again under it is "
                "acknowledged again, but neither stored nor answered twice; with other words it corrects the first, "
                "and replaces or takes back what was asked in it.",
            ),
        ]
        | None
    ) = None
    is_asked: Annotated[
        bool, Meta(description="Of a final: its words were asked already, over HTTP; it is stored and asks nothing.")
    ] = False
    speaker: (
        Annotated[
            options.SpeakerName,
            Meta(description="Who said it. Each speaker has utterances of their own, as have those unnamed."),
        ]
        | None
    ) = None
    start_ms: Annotated[Milliseconds, Meta(description="When it began, on the recogniser's clock.")] | None = None
    end_ms: (
        Annotated[Milliseconds, Meta(description="When it ended. The two tell pauses better than arrivals do.")] | None
    ) = None
    timestamp: Annotated[Raw, Meta(description="Any JSON value; accepted for older clients and not used.")] = Raw()


class Control(Message, tag="control", frozen=True):
    """Steers the session."""

    kind: ClassVar[str] = "control"
    action: Annotated[
        Action,
        Meta(
            description="`pause` and `resume` listening; `stop` ends the session and closes the socket; "
            "`instant_query` asks what the last to speak of those who may ask has said since the last question, or "
            "else their last final again, at once and without detection; "
            "`cancel` stops the running answer and keeps listening."
        ),
    ]


class Ask(Message, tag="ask", frozen=True):
    """A typed question: answered without detection, after what is being answered."""

    kind: ClassVar[str] = "ask"
    text: SpokenText


class Feedback(Message, tag="feedback", frozen=True):
    """How the answer to a question was liked; it is kept, and goes on to a vendor that wants to know."""

    kind: ClassVar[str] = "feedback"
    question_id: Annotated[str, Meta(max_length=64, description="The question whose answer is meant.")]
    rating: Annotated[Rating, Meta(description="`like` or `dislike`; a later one takes the place of an earlier one.")]
    comment: Annotated[str, Meta(max_length=1000, pattern=r"^[^\x00]*\Z", description="Why, in a few words.")] = ""


class BatchWatch(Message, tag="batch_watch", frozen=True):
    """Asks for `batch_progress` of a batch, up to its end; once more is harmless.

    What is watched belongs to the socket: it goes on when the client switches to another session.
    """

    kind: ClassVar[str] = "batch_watch"
    task_id: Annotated[str, Meta(max_length=64, description="The batch's id, as it was given at its submission.")]


class Options(Message, tag="options", frozen=True, forbid_unknown_fields=True):
    """Says how the session is listened to from the next final on; what is left out stays as it was.

    A field that is no option is refused, unlike in other messages; without any, the message only asks what holds. The
    `ack` carries all `options`, as do the one on connect and the first one in another session.
    """

    kind: ClassVar[str] = "options"
    sensitivity: options.Sensitivity | UnsetType = UNSET
    requests: options.Requests | UnsetType = UNSET
    languages: options.Languages | UnsetType = UNSET
    speakers: options.Speakers | UnsetType = UNSET
    dedup_window_s: options.DedupWindow | UnsetType = UNSET
    while_answering: options.WhileAnswering | UnsetType = UNSET
    only_known: options.OnlyKnown | UnsetType = UNSET


ClientMessage = Keepalive | AsrChunk | Control | Ask | Feedback | BatchWatch | Options
