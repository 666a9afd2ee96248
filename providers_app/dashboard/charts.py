"""Figures as the theme's chart components take them: Chart.js's data and options, as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from providers_app.dashboard.figures import Figures
from providers_app.dashboard.periods import Period

COLOURS = ("#3b6fe0", "#e08a3b", "#2ea27a", "#b05cc9", "#d1495b", "#3aa6c2", "#9a8b2f", "#7c7f8a")
"""Told apart on white and on black."""
TEXT = "#8b93a1"
Colours = dict[str, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind` is the component's name: "bar" or "line"."""

    title: str
    kind: str
    data: str
    options: str


def charts(figures: Figures, period: Period) -> list[Chart]:
    """Those that have something to show."""
    speeds = {
        "p50": [_rounded(speed.p50) for speed in figures.speeds],
        "p95": [_rounded(speed.p95) for speed in figures.speeds],
    }
    by_title = {
        _("Questions"): figures.questions,
        _("Errors"): figures.failed,
        _("Tokens"): figures.tokens,
        **{f"{_('Cost')}, {currency}": series for currency, series in figures.costs.items()},
    }
    providers, percentiles = _coloured(figures.by_provider), _coloured(speeds)
    bars = [_chart(title, "bar", series, period, providers) for title, series in by_title.items() if series]
    lines = [_chart(_("First word, ms"), "line", speeds, period, percentiles)] if figures.total.speed.p50 else []
    return [*bars[:1], *lines, *bars[1:]]


def _rounded(value: float | None) -> float | None:
    return value if value is None else round(value, 1)


def _coloured(names: Iterable[str]) -> Colours:
    """A name has the same colour in every chart."""
    return dict(zip(names, cycle(COLOURS), strict=False))


def _chart(
    title: str, kind: str, series: Mapping[str, Sequence[float | None]], period: Period, colours: Colours
) -> Chart:
    """Bars stand on each other, for they are parts of a whole; lines do not."""
    datasets = [
        {"label": name or "–", "data": numbers, "backgroundColor": colours[name], "borderColor": colours[name]}
        for name, numbers in series.items()
    ]
    is_stacked, ticks = kind == "bar", {"color": TEXT, "maxRotation": 0, "maxTicksLimit": 8}
    options = {
        "animation": False,
        "locale": get_language(),
        "maintainAspectRatio": False,
        "spanGaps": True,
        "maxBarThickness": 28,
        "elements": {"point": {"radius": 2}, "line": {"borderWidth": 2}},
        "interaction": {"mode": "index", "intersect": False},
        "scales": {
            "x": {"stacked": is_stacked, "ticks": ticks, "grid": {"display": False}},
            "y": {"stacked": is_stacked, "ticks": ticks, "grid": {}, "beginAtZero": True},
        },
        "plugins": {"legend": {"labels": {"color": TEXT, "boxWidth": 10, "boxHeight": 10}}},
    }
    return Chart(title, kind, json.dumps({"labels": period.labels, "datasets": datasets}), json.dumps(options))
