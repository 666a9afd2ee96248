"""The figures as the page shows them: cards, charts and tables, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from providers_app.dashboard.charts import charts
from providers_app.dashboard.figures import Figures, Tally, figures
from providers_app.dashboard.periods import DEFAULT, PERIODS
from providers_app.models import UsageRecord
from providers_app.wording import reason

NOTHING = "–"
SHORT_MS = 10
LONG_MS = 10_000
Table = dict[str, list[Any]]


def usage(chosen: str) -> dict[str, Any]:
    """What the page's template needs for the period called `chosen`, or for the default one."""
    chosen = chosen if chosen in PERIODS else DEFAULT
    period = PERIODS[chosen][1]()
    found = figures(period)
    return {
        "periods": [
            {"title": title, "link": f"?period={name}", "active": name == chosen}
            for name, (title, _period) in PERIODS.items()
        ],
        "cards": _cards(found.total),
        "charts": charts(found, period),
        "providers": _providers(found),
        "failures": _failures(found),
        "is_empty": not found.total.questions,
        "is_new": not found.total.questions and not UsageRecord.objects.exists(),
    }


def _cards(total: Tally) -> list[dict[str, str]]:
    cancelled = _("{count} cancelled").format(count=_number(total.cancelled)) if total.cancelled else ""
    return [
        {"title": _("Questions"), "value": _number(total.questions), "note": cancelled},
        {"title": _("Answered"), "value": _percent(total.answer_rate), "note": _("of those not cancelled")},
        {"title": _("First word"), "value": _ms(total.speed.p50), "note": f"p95 {_ms(total.speed.p95)}"},
        {"title": _("Errors"), "value": _number(total.failed), "note": ""},
        {"title": _("Tokens"), "value": _number(total.tokens), "note": ""},
        {"title": _("Cost"), "value": _money(total.cost), "note": ""},
    ]


def _providers(found: Figures) -> Table:
    headers = [
        _("Provider"),
        _("Questions"),
        _("Answered"),
        f"{_('First word')} p50",
        "p95",
        _("Errors"),
        _("Tokens"),
        _("Cost"),
    ]
    return {"headers": headers, "rows": [_row(name, tally) for name, tally in found.by_provider.items()]}


def _row(name: str, tally: Tally) -> list[str]:
    return [
        name or NOTHING,
        _number(tally.questions),
        _percent(tally.answer_rate),
        _ms(tally.speed.p50),
        _ms(tally.speed.p95),
        _number(tally.failed),
        _number(tally.tokens),
        _money(tally.cost),
    ]


def _failures(found: Figures) -> Table:
    rows = [[reason(each.reason), each.provider or NOTHING, _number(each.count)] for each in found.failures]
    return {"headers": [_("Error"), _("Provider"), _("How often")], "rows": rows}


def _number(value: float, decimals: int = 0) -> str:
    return number_format(round(value, decimals), decimals, force_grouping=True)


def _percent(rate: float | None) -> str:
    return NOTHING if rate is None else f"{_number(rate * 100, 1)} %"


def _ms(value: float | None) -> str:
    if value is None:
        return NOTHING
    if value >= LONG_MS:
        return f"{_number(value / 1_000, 1)} s"
    return f"{_number(value, 1 if value < SHORT_MS else 0)} ms"


def _money(cost: Mapping[str, float]) -> str:
    """The sum in each currency; small ones in more detail."""
    sums = (f"{_number(amount, 2 if amount >= 1 else 4)} {currency}" for currency, amount in sorted(cost.items()))
    return " · ".join(sums) or NOTHING
