"""The times that operators look back on, cut into equal parts by the clock of the current time zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLOCK = "H:i"
DAY = "MONTH_DAY_FORMAT"


@dataclass(frozen=True, slots=True)
class Period:
    """A time up to now. `starts` has the beginning of each part, the last of which is not over yet."""

    starts: tuple[datetime, ...]
    label_format: str

    @property
    def labels(self) -> list[str]:
        return [date_format(timezone.localtime(start), self.label_format) for start in self.starts]

    def covers(self) -> Q:
        """Whether a question was asked in the period."""
        return Q(asked_at__gte=self.starts[0])

    def part(self) -> Case:
        """The number of the part in which a question was asked, from 0."""
        latest_first = sorted(enumerate(self.starts), reverse=True)
        cases = (When(asked_at__gte=start, then=Value(number)) for number, start in latest_first)
        return Case(*cases, output_field=IntegerField())


def _clock_times(minutes: int, count: int) -> Period:
    """`count` parts of so many minutes, each beginning at a full multiple of them."""
    now = timezone.localtime()
    current = now.replace(minute=now.minute - now.minute % minutes, second=0, microsecond=0).astimezone(UTC)
    return Period(tuple(current - timedelta(minutes=minutes * ago) for ago in reversed(range(count))), CLOCK)


def _days(count: int) -> Period:
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    days = (today - timedelta(days=ago) for ago in reversed(range(count)))
    return Period(tuple(datetime.combine(day, time.min, zone) for day in days), DAY)


PERIODS: dict[str, tuple[Promise, Callable[[], Period]]] = {
    "hour": (_("Last hour"), lambda: _clock_times(5, 12)),
    "day": (_("24 hours"), lambda: _clock_times(60, 24)),
    "week": (_("7 days"), lambda: _days(7)),
    "month": (_("30 days"), lambda: _days(30)),
}
DEFAULT = "day"
