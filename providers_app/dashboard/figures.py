"""What was asked in a period, added up by the database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from providers_app.dashboard.percentile import Percentile
from providers_app.dashboard.periods import Period
from providers_app.models import UsageRecord

Outcome = UsageRecord.Outcome
FAILURES = (Outcome.FAILED, Outcome.PARTIAL)
SPEED = {"p50": Percentile("first_token_ms", 0.5), "p95": Percentile("first_token_ms", 0.95)}
MAX_FAILURES = 20
Rows = QuerySet[Any, Any]
Series = dict[str, list[float]]
"""By provider, a number for each part of the period."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds to the first word: of half the answers, and of 95 in a hundred; None where there was no answer."""

    p50: float | None = None
    p95: float | None = None


@dataclass(slots=True)
class Tally:
    """Some questions and how they ended. `cost` is by currency."""

    questions: int = 0
    answered: int = 0
    cancelled: int = 0
    failed: int = 0
    tokens: int = 0
    cost: dict[str, float] = field(default_factory=dict)
    speed: Speed = Speed()

    @property
    def answer_rate(self) -> float | None:
        """The part of the questions that was answered, those left out that somebody cancelled."""
        wanted = self.questions - self.cancelled
        return self.answered / wanted if wanted else None

    def add(self, row: dict[str, Any]) -> None:
        for name in ("questions", "answered", "cancelled", "failed", "tokens"):
            setattr(self, name, getattr(self, name) + row[name])
        if row["cost"]:
            self.cost[row["currency"]] = self.cost.get(row["currency"], 0.0) + row["cost"]


@dataclass(frozen=True, slots=True)
class Failures:
    """How often a provider failed for a reason."""

    reason: str
    provider: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything about a period. `costs` is by currency; `speeds` has one for each part of the period."""

    total: Tally
    by_provider: dict[str, Tally]
    questions: Series
    failed: Series
    tokens: Series
    costs: dict[str, Series]
    speeds: list[Speed]
    failures: list[Failures]


def figures(period: Period) -> Figures:
    """Five aggregates over the rows of the period."""
    rows = UsageRecord.objects.filter(period.covers()).order_by()
    in_parts = rows.annotate(part=period.part())
    counts = list(_counts(in_parts))
    length = len(period.starts)
    total, by_provider = _tallies(counts)
    total.speed = Speed(**rows.aggregate(**SPEED))
    for provider, speed in _speeds(rows, "provider").items():
        by_provider.setdefault(provider, Tally()).speed = speed
    speeds = _speeds(in_parts, "part")
    by_currency = {currency: [row for row in counts if row["currency"] == currency] for currency in sorted(total.cost)}
    return Figures(
        total,
        by_provider,
        _series(counts, "questions", length),
        _series(counts, "failed", length),
        _series(counts, "tokens", length),
        {currency: _series(found, "cost", length) for currency, found in by_currency.items()},
        [speeds.get(part, Speed()) for part in range(length)],
        _failures(rows),
    )


def _counts(rows: Rows) -> Iterable[dict[str, Any]]:
    counts: Iterable[dict[str, Any]] = rows.values("part", "provider", "currency").annotate(
        questions=Count("pk"),
        answered=Count("pk", filter=Q(outcome=Outcome.ANSWERED)),
        cancelled=Count("pk", filter=Q(outcome=Outcome.CANCELLED)),
        failed=Count("pk", filter=Q(outcome__in=FAILURES)),
        tokens=Sum(F("prompt_tokens") + F("completion_tokens")),
        cost=Sum("cost"),
    )
    return counts


def _tallies(counts: Iterable[dict[str, Any]]) -> tuple[Tally, dict[str, Tally]]:
    """That of all questions, and those of each provider."""
    total, by_provider = Tally(), defaultdict[str, Tally](Tally)
    for row in counts:
        total.add(row)
        by_provider[row["provider"]].add(row)
    return total, dict(sorted(by_provider.items()))


def _speeds(rows: Rows, by: str) -> dict[Any, Speed]:
    return {row.pop(by): Speed(**row) for row in rows.values(by).annotate(**SPEED)}


def _series(counts: Iterable[dict[str, Any]], name: str, length: int) -> Series:
    """The numbers called `name`; providers without any are left out."""
    series: Series = {}
    for row in counts:
        if row[name]:
            series.setdefault(row["provider"], [0.0] * length)[row["part"]] += row[name]
    return dict(sorted(series.items()))


def _failures(rows: Rows) -> list[Failures]:
    """The most frequent first."""
    counts = rows.filter(outcome__in=FAILURES).values("error_reason", "provider").annotate(count=Count("pk"))
    frequent = counts.order_by("-count", "error_reason", "provider")[:MAX_FAILURES]
    return [Failures(row["error_reason"], row["provider"], row["count"]) for row in frequent]
