"""From a question that is over to its row of usage."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter

from providers_app import usage
from providers_app.contract import NOT_FOUND, AnswerEnded, ProviderError
from providers_app.definition import Prices
from providers_app.gateway.question import Question, ms_since
from providers_app.models import UsageRecord
from providers_app.usage import Usage

PER = 1_000_000
"""Prices are for so many tokens."""
MAX_TOKENS = 2**31 - 1
MAX_NAME = 128
"""Of the model, as long as its field is: vendors say what they like."""
INTERNAL = "internal"
"""Why an answer failed for which no provider is to blame."""
Outcome = UsageRecord.Outcome


@contextmanager
def accounted(question: Question) -> Iterator[None]:
    """Write down what the question inside took, however it ends."""
    asked_at, started_at, reason = datetime.now(UTC), perf_counter(), ""
    try:
        yield
    except Exception as error:
        reason = error.reason if isinstance(error, ProviderError) else INTERNAL
        raise
    finally:
        usage.writer.put(_used(question, reason, asked_at, started_at))


def _used(question: Question, reason: str, asked_at: datetime, started_at: float) -> Usage:
    told, attempts = question.told, question.attempts
    ended = told.ended or AnswerEnded("")
    definition = question.snapshot.named(told.provider)
    prompt_tokens, completion_tokens = _tokens(ended, "prompt_tokens"), _tokens(ended, "completion_tokens")
    is_paid = bool(told.pieces) and not told.is_cached
    return Usage(
        asked_at=asked_at,
        origin=question.request.origin,
        provider=told.provider or (attempts[0]["provider"] if attempts else ""),
        model=ended.model[:MAX_NAME],
        outcome=_outcome(question, reason),
        error_reason=reason,
        is_cached=told.is_cached,
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost=_cost(definition.prices, prompt_tokens, completion_tokens) if definition and is_paid else 0.0,
        currency=definition.prices.currency if definition else "",
        first_token_ms=None if told.first_token_at is None else round((told.first_token_at - started_at) * 1000, 2),
        total_ms=ms_since(started_at),
        attempts=attempts,
    )


def _outcome(question: Question, reason: str) -> str:
    told = question.told
    if told.ended:
        return Outcome.NOT_KNOWN if told.ended.finish_reason == NOT_FOUND else Outcome.ANSWERED
    if not reason:
        return Outcome.CANCELLED
    return Outcome.PARTIAL if told.pieces else Outcome.FAILED


def _cost(prices: Prices, prompt_tokens: int, completion_tokens: int) -> float:
    """A request costs what it does once its provider has begun to answer; what a cache answers costs nothing."""
    return (
        prices.per_request
        + prices.per_million_prompt_tokens * prompt_tokens / PER
        + prices.per_million_completion_tokens * completion_tokens / PER
    )


def _tokens(ended: AnswerEnded, name: str) -> int:
    """What the vendor counted, within what a row can hold."""
    return max(0, min(ended.usage.get(name, 0), MAX_TOKENS))
