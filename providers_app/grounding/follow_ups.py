"""Questions that lean on those before them, for whoever searches or is told nothing else."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge_app.questions import leans_on_context
from providers_app.contract import AnswerRequest, Turn

RECENT_TURNS = 2
MAX_EARLIER_CHARS = 300


def standalone(request: AnswerRequest, turns: Sequence[Turn]) -> str:
    """The question with the last one before it that says by itself what it is about; "" where it needs none.

    Without an earlier question it is the last thing said that does so.
    """
    earlier = [turn.question for turn in turns] or list(request.context)
    if not earlier or not leans_on_context(request.question):
        return ""
    said = next((said for said in reversed(earlier) if not leans_on_context(said)), "")
    return f"{said[-MAX_EARLIER_CHARS:]} {request.question}" if said else ""


def with_earlier_questions(request: AnswerRequest, turns: Sequence[Turn]) -> AnswerRequest:
    """The request as the knowledge base searches by it: the last questions count as said before."""
    if not turns:
        return request
    return replace(request, context=(*request.context, *(turn.question for turn in turns[-RECENT_TURNS:])))
