"""How a session is listened to: which questions count, and what becomes of them."""

from enum import StrEnum
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, structs

from sessions_app.domain import questions
from sessions_app.domain.questions import Judging, Language

MAX_DEDUP_WINDOW_S = 3_600
MAX_SPEAKERS = 32
"""How many speakers a session tells apart, and may name."""


class NewQuestion(StrEnum):
    """What a question does that is heard while an answer streams."""

    QUEUE = "queue"
    REPLACE = "replace"
    IGNORE = "ignore"


SpeakerName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Sensitivity = Annotated[
    questions.Sensitivity,
    Meta(description="`precise` asks little that is no question, `eager` misses little, `balanced` lies between."),
]
Requests = Annotated[bool, Meta(description="Whether requests (“tell me about …”) are questions.")]
Languages = Annotated[
    tuple[Language, ...],
    Meta(min_length=1, max_length=2, description="In which languages questions count: `zh`, `en`."),
]
Speakers = Annotated[
    Literal["all"] | Annotated[tuple[SpeakerName, ...], Meta(max_length=MAX_SPEAKERS)],
    Meta(description="Whose speech is listened to for questions: `all`, or a list of `speaker` names."),
]
DedupWindow = Annotated[
    float,
    Meta(
        ge=0,
        le=MAX_DEDUP_WINDOW_S,
        description="For how many seconds a question that is said again is not answered again; 0 answers each.",
    ),
]
WhileAnswering = Annotated[
    NewQuestion,
    Meta(
        description="What a question does that is heard while an answer streams: `queue` waits its turn, `replace` "
        "takes the answer's place, `ignore` is left unanswered."
    ),
]
OnlyKnown = Annotated[
    bool,
    Meta(
        description="Whether a question that the built-in knowledge base knows nothing about is shown as heard and "
        "left unanswered, instead of being told so. Other providers answer in any case."
    ),
]


class SessionOptions(Struct, frozen=True, kw_only=True):
    """How what is heard is taken; what is typed or asked for instantly is answered in any case."""

    sensitivity: Sensitivity = questions.Sensitivity.BALANCED
    requests: Requests = True
    languages: Languages = ("zh", "en")
    speakers: Speakers = "all"
    dedup_window_s: DedupWindow = 60.0
    while_answering: WhileAnswering = NewQuestion.QUEUE
    only_known: OnlyKnown = True

    @property
    def judging(self) -> Judging:
        """What the detector needs of them."""
        return Judging(self.sensitivity, self.requests, frozenset(self.languages))

    def lets_ask(self, speaker: str) -> bool:
        """Whether what this speaker says may be a question."""
        return self.speakers == "all" or speaker in self.speakers

    def changed_by(self, changes: Struct) -> "SessionOptions":
        """These options with those in their place that `changes` names and sets."""
        given = {name: getattr(changes, name) for name in self.__struct_fields__}
        return structs.replace(self, **{name: value for name, value in given.items() if value is not UNSET})
