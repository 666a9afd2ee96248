"""How a session is listened to: which questions count, and what becomes of them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, get_args

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
AskerName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^(?=.*\S)[^\x00-\x1f\x7f]+\Z")]
Sensitivity = Annotated[
    questions.Sensitivity,
    Meta(description="`precise` asks little that is no question, `eager` misses little, `balanced` lies between."),
]
Requests = Annotated[bool, Meta(description="Whether requests (“tell me about …”) are questions.")]
Languages = Annotated[
    tuple[Language, ...],
    Meta(min_length=1, description="In which languages questions count: `zh`, `en`."),
]
Speakers = Annotated[
    Literal["all"] | Annotated[tuple[AskerName, ...], Meta(min_length=1, max_length=MAX_SPEAKERS)],
    Meta(description="Whose speech is listened to for questions: `all`, or a list of at least one `speaker` name."),
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

    def __post_init__(self) -> None:
        structs.force_setattr(self, "languages", tuple(dict.fromkeys(self.languages)))
        if self.speakers != "all":
            structs.force_setattr(self, "speakers", tuple(dict.fromkeys(name.strip() for name in self.speakers)))

    @property
    def judging(self) -> Judging:
        """What the detector needs of them."""
        return Judging(self.sensitivity, self.requests, frozenset(self.languages))

    def lets_ask(self, speaker: str) -> bool:
        """Whether what this speaker says may be a question."""
        return self.speakers == "all" or speaker.strip() in self.speakers

    def changed_by(self, changes: Struct) -> "SessionOptions":
        """These options with those in their place that `changes` names and sets."""
        given = {name: getattr(changes, name) for name in self.__struct_fields__}
        return structs.replace(self, **{name: value for name, value in given.items() if value is not UNSET})


def _any_of(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


SUPPORTED: Mapping[str, tuple[str, ...]] = {
    "sensitivity": tuple(questions.Sensitivity),
    "languages": get_args(Language),
    "while_answering": tuple(NewQuestion),
}
"""The values of those options that have few."""
TAKES: Mapping[str, str] = {
    "sensitivity": f"one of {_any_of(SUPPORTED['sensitivity'])}",
    "requests": "`true` or `false`",
    "languages": f"a list of at least one of {_any_of(SUPPORTED['languages'])}",
    "speakers": f'"all" where everybody may ask, or a list of 1 to {MAX_SPEAKERS} names that are not blank, of at most '
    "64 characters",
    "dedup_window_s": f"a number of seconds from 0 to {MAX_DEDUP_WINDOW_S}",
    "while_answering": f"one of {_any_of(SUPPORTED['while_answering'])}",
    "only_known": "`true` or `false`",
}
"""What each option may be, as a refusal says it."""
