"""Keeps what is sent to a model within its context window."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from providers_app.contract import AnswerRequest, ErrorReason, ProviderError, Source, Turn
from providers_app.definition import Prompt
from providers_app.grounding.prompts import choose, filled, passage_text, said_text
from providers_app.options import ModelOptions

BYTES_PER_TOKEN = 3
"""In UTF-8: a token for three letters of English or one Chinese character. Nobody's tokenizer is asked.

OpenAI reckons four characters of English to a token (help.openai.com, "What are tokens"), DeepSeek 0.3 tokens to an
English and 0.6 to a Chinese character (api-docs.deepseek.com, "Token & Token Usage"), so real counts are lower.
"""
MESSAGE_TOKENS = 8
"""What a message takes besides its text, by a generous reckoning."""
ANSWER_TOKENS = 1_024
"""What is kept free for the answer where the operator sets no limit; never more than half of the window."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Composed:
    """A request that keeps its budget: the sources that went into it, and how many tokens it may take."""

    request: AnswerRequest
    sources: tuple[Source, ...]
    tokens: int


def tokens_of(text: str) -> int:
    """How many tokens a text takes at the most, as far as one can tell without the model's own tokenizer."""
    return -(-len(text.encode(errors="replace")) // BYTES_PER_TOKEN)


def budget_of(options: ModelOptions) -> int:
    """How many tokens of the context window are there for the request."""
    return options.context_tokens - min(options.max_answer_tokens or ANSWER_TOKENS, options.context_tokens // 2)


def compose(request: AnswerRequest, sources: Sequence[Source], prompts: Sequence[Prompt], budget: int) -> Composed:
    """Put together what is sent. Old turns are left out first, then what was said before, then the worst passages.

    Raises `ProviderError`: "too_long" where even the question, with the best passage if there is one, does not fit.
    """
    prompt = choose(prompts, "grounded" if sources else "plain", request.language)
    needed = (prompt.instructions, prompt.message, request.question)
    room = budget - sum(tokens_of(text) for text in needed) - 2 * MESSAGE_TOKENS
    passages, left = _fitting(sources, lambda source: tokens_of(passage_text(source)), room)
    if left < 0 or (sources and not passages):
        raise ProviderError(ErrorReason.TOO_LONG, may_pass=False, detail=f"over {budget} tokens without any history")
    context, left = _fitting(reversed(request.context), lambda said: tokens_of(said_text(said)), left)
    turns, left = _fitting(reversed(request.history), _tokens_of_turn, left)
    request = replace(request, context=tuple(reversed(context)), history=tuple(reversed(turns)))
    instructions, message = filled(prompt, request, [passage_text(source) for source in passages])
    return Composed(replace(request, instructions=instructions, prompt=message), tuple(passages), budget - left)


def _tokens_of_turn(turn: Turn) -> int:
    return tokens_of(turn.question) + tokens_of(turn.answer) + 2 * MESSAGE_TOKENS


def _fitting(items: Iterable[T], tokens: Callable[[T], int], room: int) -> tuple[list[T], int]:
    """The first of the items, as many as there is room for, and the room that is left."""
    taken: list[T] = []
    for item in items:
        if tokens(item) > room:
            break
        room -= tokens(item)
        taken.append(item)
    return taken, room
