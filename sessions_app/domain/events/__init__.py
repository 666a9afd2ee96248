"""Everything that can happen in a session. Frames, rows and provider calls are all made from these."""

from sessions_app.domain.events.answered import (
    AnswerAbandoned,
    AnswerDelta,
    AnswerEnded,
    AnswerInterrupted,
    AnswerStarted,
    FeedbackGiven,
    QuestionAsked,
    QuestionDropped,
    SourcesCited,
)
from sessions_app.domain.events.asked import (
    NOT_FOUND,
    AnswerSource,
    AnswerSummary,
    AskedQuestion,
    Failure,
    Outcome,
    Timing,
    Trigger,
)
from sessions_app.domain.events.heard import (
    Judgement,
    JudgingFailed,
    LanguageChanged,
    OptionsChanged,
    QuestionHeld,
    SegmentCorrected,
    SegmentHeard,
)
from sessions_app.domain.events.told import (
    Acknowledged,
    EndReason,
    Refused,
    SessionClosed,
    StageChanged,
)

Recorded = (
    SegmentHeard
    | SegmentCorrected
    | LanguageChanged
    | OptionsChanged
    | QuestionAsked
    | QuestionDropped
    | AnswerEnded
    | AnswerAbandoned
    | FeedbackGiven
)
"""What is kept on record."""
Promised = SegmentHeard | SegmentCorrected | OptionsChanged | QuestionAsked | FeedbackGiven
"""What is durable once the client's message is acknowledged."""
Event = (
    Recorded
    | Acknowledged
    | Refused
    | StageChanged
    | QuestionHeld
    | JudgingFailed
    | AnswerStarted
    | AnswerInterrupted
    | SourcesCited
    | AnswerDelta
    | SessionClosed
)

__all__ = [
    "NOT_FOUND",
    "Acknowledged",
    "AnswerAbandoned",
    "AnswerDelta",
    "AnswerEnded",
    "AnswerInterrupted",
    "AnswerSource",
    "AnswerStarted",
    "AnswerSummary",
    "AskedQuestion",
    "EndReason",
    "Event",
    "Failure",
    "FeedbackGiven",
    "Judgement",
    "JudgingFailed",
    "LanguageChanged",
    "OptionsChanged",
    "Outcome",
    "Promised",
    "QuestionAsked",
    "QuestionDropped",
    "QuestionHeld",
    "Recorded",
    "Refused",
    "SegmentCorrected",
    "SegmentHeard",
    "SessionClosed",
    "SourcesCited",
    "StageChanged",
    "Timing",
    "Trigger",
]
