"""Question detection: is what was just said a question, which words are it, and how sure is that."""

from sessions_app.domain.questions.detector import QuestionDetector, load_detector
from sessions_app.domain.questions.language import Language, language_of
from sessions_app.domain.questions.normalise import is_chinese
from sessions_app.domain.questions.rules import RuleDetector
from sessions_app.domain.questions.sameness import same_question, same_words
from sessions_app.domain.questions.verdict import (
    BACKCHANNEL,
    SMALL_TALK,
    Detector,
    Judging,
    QuestionClass,
    Sensitivity,
    Verdict,
)

__all__ = [
    "BACKCHANNEL",
    "SMALL_TALK",
    "Detector",
    "Judging",
    "Language",
    "QuestionClass",
    "QuestionDetector",
    "RuleDetector",
    "Sensitivity",
    "Verdict",
    "is_chinese",
    "language_of",
    "load_detector",
    "same_question",
    "same_words",
]
