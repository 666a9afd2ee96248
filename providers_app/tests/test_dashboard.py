"""The figures of the admin's first page, on SQLite and on PostgreSQL."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import environ
import pytest
from django.core.management import call_command
from django.db import connections, router
from django.utils import timezone, translation

from providers_app.dashboard import usage
from providers_app.dashboard.figures import Failures, Speed, Tally, figures
from providers_app.dashboard.percentile import Percentile
from providers_app.dashboard.periods import PERIODS, Period
from providers_app.models import UsageRecord
from providers_app.tests.usage_rows import record

Outcome = UsageRecord.Outcome
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOURS = Period(tuple(NOON + timedelta(hours=hour) for hour in range(3)), "H:i")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class ToPostgres:
    def db_for_read(self, _model, **_hints):
        return "postgres"

    db_for_write = db_for_read


@pytest.fixture
def postgres(postgres_url, django_db_blocker, monkeypatch):
    """An empty table of usage on PostgreSQL, to which every query goes."""
    database = {**connections["default"].settings_dict, **environ.Env.db_url_config(postgres_url), "OPTIONS": {}}
    monkeypatch.setitem(connections.settings, "postgres", database)
    monkeypatch.setattr(router, "routers", [ToPostgres()])
    with django_db_blocker.unblock():
        with connections["postgres"].schema_editor() as editor:
            editor.create_model(UsageRecord)
        yield
        connections["postgres"].close()
        del connections["postgres"]


@pytest.fixture(params=["db", "postgres"])
def database(request):
    """SQLite, then PostgreSQL."""
    request.getfixturevalue(request.param)


def at(hour: float) -> datetime:
    return NOON + timedelta(hours=hour)


@pytest.mark.usefixtures("database")
def test_percentiles_are_nearest_ranks():
    for number in range(1, 101):
        record(first_token_ms=number * 37 % 101)  # each from 1 to 100, in no order
    record(first_token_ms=None)
    fractions = {"p0": 0.0, "p50": 0.5, "p95": 0.95, "p955": 0.955, "p100": 1.0}
    found = UsageRecord.objects.aggregate(**{name: Percentile("first_token_ms", f) for name, f in fractions.items()})
    assert found == {"p0": 1, "p50": 50, "p95": 95, "p955": 96, "p100": 100}
    assert UsageRecord.objects.filter(pk=0).aggregate(p=Percentile("total_ms", 0.5)) == {"p": None}


@pytest.mark.usefixtures("database")
def test_figures_are_added_up_by_part_provider_and_currency():
    record(at(0), first_token_ms=10)
    record(at(0.99), first_token_ms=30)
    record(at(1), provider="beta", cost=2, currency="CNY", first_token_ms=50)
    record(at(2.5), outcome=Outcome.PARTIAL, error_reason="timeout", first_token_ms=70)
    record(at(2.5), outcome=Outcome.FAILED, error_reason="timeout", provider="beta", first_token_ms=None, cost=0)
    record(at(2.5), outcome=Outcome.CANCELLED, first_token_ms=None, cost=0)
    record(at(2.5), outcome=Outcome.NOT_KNOWN, first_token_ms=20, cost=0)
    record(at(-0.01), outcome=Outcome.FAILED, provider="gone")
    found = figures(HOURS)
    assert found.total == Tally(7, 3, 1, 2, 280, {"USD": 1.5, "CNY": 2.0}, Speed(30, 70))
    assert found.total.answer_rate == 0.5
    assert found.by_provider == {
        "alpha": Tally(5, 2, 1, 1, 200, {"USD": 1.5}, Speed(20, 70)),
        "beta": Tally(2, 1, 0, 1, 80, {"CNY": 2.0}, Speed(50, 50)),
    }
    assert found.questions == {"alpha": [2, 0, 3], "beta": [0, 1, 1]}
    assert found.failed == {"alpha": [0, 0, 1], "beta": [0, 0, 1]}
    assert found.tokens == {"alpha": [80, 0, 120], "beta": [0, 40, 40]}
    assert found.costs == {"CNY": {"beta": [0, 2, 0]}, "USD": {"alpha": [1, 0, 0.5]}}
    assert found.speeds == [Speed(10, 30), Speed(50, 50), Speed(20, 70)]
    assert found.failures == [Failures("timeout", "alpha", 1), Failures("timeout", "beta", 1)]


def test_answer_rate_of_cancelled_questions_alone_is_unknown():
    assert Tally(questions=2, cancelled=2).answer_rate is None


@pytest.mark.parametrize(
    ("name", "count", "length"),
    [("hour", 12, timedelta(minutes=5)), ("day", 24, timedelta(hours=1)), ("week", 7, timedelta(days=1))],
)
def test_periods_end_now(name, count, length):
    starts = PERIODS[name][1]().starts
    assert len(starts) == count
    assert {later - earlier for earlier, later in pairwise(starts)} == {length}
    assert starts[-1] <= timezone.now() < starts[-1] + length


def test_days_are_those_of_the_time_zone_and_keep_to_midnight(monkeypatch):
    now = datetime(2026, 3, 30, 23, tzinfo=UTC)  # the day after the clocks went forward in Berlin
    monkeypatch.setattr(timezone, "now", lambda: now)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        period = PERIODS["week"][1]()
        assert period.labels == [
            "March 25",
            "March 26",
            "March 27",
            "March 28",
            "March 29",
            "March 30",
            "March 31",
        ]
        assert {timezone.localtime(start).hour for start in period.starts} == {0}
        assert period.starts[-1].astimezone(UTC) == datetime(2026, 3, 30, 22, tzinfo=UTC)


@pytest.mark.django_db
def test_page_says_it_in_words_and_draws_it():
    record(cost=1234.5)
    record(outcome=Outcome.FAILED, error_reason="timeout", first_token_ms=None, cost=0)
    page = usage("nonsense")
    assert [period["title"] for period in page["periods"] if period["active"]] == ["24 hours"]
    assert [(card["title"], card["value"]) for card in page["cards"]] == [
        ("Questions", "2"),
        ("Answered", "50.0 %"),
        ("First word", "100 ms"),
        ("Errors", "1"),
        ("Tokens", "80"),
        ("Cost", "1,234.50 USD"),
    ]
    assert page["providers"]["rows"] == [["alpha", "2", "50.0 %", "100 ms", "100 ms", "1", "80", "1,234.50 USD"]]
    assert page["failures"]["rows"] == [["It took too long.", "alpha", "1"]]
    assert [chart.title for chart in page["charts"]] == [
        "Questions",
        "First word, ms",
        "Errors",
        "Tokens",
        "Cost, USD",
    ]
    data = json.loads(page["charts"][0].data)
    assert (len(data["labels"]), data["datasets"][0]["label"]) == (24, "alpha")
    assert data["datasets"][0]["data"] == [0] * 23 + [2]


@pytest.mark.django_db
def test_page_tells_a_new_service_from_a_quiet_time():
    assert [usage("hour")[name] for name in ("is_empty", "is_new", "charts")] == [True, True, []]
    record(timezone.now() - timedelta(hours=3))
    assert [usage("hour")[name] for name in ("is_empty", "is_new")] == [True, False]
    assert [usage("day")[name] for name in ("is_empty", "is_new")] == [False, False]


@pytest.mark.django_db
def test_page_speaks_chinese():
    record(outcome=Outcome.FAILED, error_reason="timeout")
    with translation.override("zh-hans"):
        page = usage("day")
        assert [card["title"] for card in page["cards"]][:2] == ["问题", "已回答"]
        assert page["failures"]["rows"][0][0] == "响应超时。"


@pytest.mark.django_db
def test_prune_usage_deletes_what_is_older_than_the_setting(settings, capsys, monkeypatch):
    monkeypatch.setattr("providers_app.management.commands.prune_usage.BATCH", 2)
    settings.USAGE_RETENTION_DAYS = 10
    young = record(timezone.now() - timedelta(days=9))
    for _ in range(5):
        record(timezone.now() - timedelta(days=11))
    call_command("prune_usage")
    assert capsys.readouterr().out.strip() == "5 records of usage deleted"
    assert list(UsageRecord.objects.all()) == [young]
