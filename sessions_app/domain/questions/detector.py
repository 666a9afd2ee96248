"""The detector that decides by rules and by what was learnt from labelled speech."""

from sessions_app.domain.questions.rules import RuleDetector


class QuestionDetector(RuleDetector):
    """Judges by rules until there are weights."""


def load_detector() -> QuestionDetector:
    """The detector with its weights; read them once."""
    return QuestionDetector()
