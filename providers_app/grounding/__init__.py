"""Models without knowledge of their own are given passages and the conversation, as far as their window goes."""

from providers_app.grounding.answering import Retriever, answer
from providers_app.grounding.follow_ups import standalone, with_earlier_questions

__all__ = ["Retriever", "answer", "standalone", "with_earlier_questions"]
