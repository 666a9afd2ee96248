"""Prompts as short as can be, for tests of what is put into them."""

from providers_app.contract import Source
from providers_app.definition import Prompt

PROMPTS = tuple(
    Prompt(purpose, language, 1, f"{purpose} {language}", "{passages}\n{context}\n{question}")
    for purpose in ("grounded", "plain")
    for language in ("en", "zh")
)
BEST, SECOND = Source(1, "Basics", "RAG finds passages."), Source(2, "More", "RAG is old.")
