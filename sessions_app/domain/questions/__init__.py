"""Question detection: is what was just said a question, which words are it, and how sure is that."""

from sessions_app.domain.questions.detector import RuleDetector
from sessions_app.domain.questions.language import Language, language_of
from sessions_app.domain.questions.verdict import Context, Detector, Verdict

__all__ = ["Context", "Detector", "Language", "RuleDetector", "Verdict", "language_of"]
