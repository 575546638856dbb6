"""How the work goes: how many requests came, how soon they were answered, how many wait.

A request belongs to the day it came, in the clinic's zone. Times are clock time from its
arrival to the first moment the patient heard from us, nights and weekends included, since
that is how long somebody waited. Requests that were reopened are left out of the times:
their answer was given anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncWeek
from django.utils import timezone

from clinic.calendar import clock, local_today, zone

from .models import Inquiry, StatusChange
from .models.status import ENDED_STATUSES, DeclineReason, Status

LONGEST = timedelta(days=2 * 366)
# The age of what waits for us, in days: from, and before.
AGES = (
    ("Under 1 day", 0, 1),
    ("1 to 2 days", 1, 3),
    ("3 to 6 days", 3, 7),
    ("1 to 2 weeks", 7, 14),
    ("2 to 4 weeks", 14, 28),
    ("4 weeks and more", 28, 20_000),
)


@dataclass(frozen=True)
class Period:
    """Whole days, both included."""

    first: date
    last: date

    @classmethod
    def of_weeks(cls, number: int) -> "Period":
        """This week until today and the whole weeks before it."""
        today = local_today()
        return cls(monday(today) - timedelta(weeks=number - 1), today)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From, and before; days are as long as the clinic's clock says."""
        start, end = self.first, self.last + timedelta(days=1)
        return datetime.combine(start, time.min, zone()), datetime.combine(end, time.min, zone())

    def mondays(self) -> Iterator[date]:
        week = monday(self.first)
        while week <= self.last:
            yield week
            week += timedelta(weeks=1)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Line:
    """One row of a table: the requests of a week, a procedure or an hour."""

    label: str
    received: int = 0
    answered: int = 0
    late: int = 0
    in_time: int = 0
    withdrawn: int = 0
    withdrawn_late: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None
    monday: date | None = None

    @property
    def unanswered(self) -> int:
        return self.received - self.answered - self.withdrawn

    @property
    def half(self) -> str:
        return span(self.median)

    @property
    def nine_of_ten(self) -> str:
        return span(self.ninetieth)


class Percentile(Aggregate):
    """The value that a `fraction` of all lie below; rows without one do not count."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=fraction, **extra)


def received_in(period: Period) -> QuerySet[Inquiry]:
    start, end = period.moments
    return Inquiry.objects.filter(submitted_at__gte=start, submitted_at__lt=end).order_by()


def total(period: Period) -> Line:
    return Line("All", **measured(received_in(period)))


def by_week(period: Period) -> list[Line]:
    """Every week of the period, also those in which nothing came."""
    found = grouped(period, TruncWeek("submitted_at", tzinfo=zone()))
    weeks = {timezone.localtime(key, zone()).date(): line for key, line in found}
    return [Line(week_words(week), monday=week, **weeks.get(week, {})) for week in period.mondays()]


def by_procedure(period: Period) -> list[Line]:
    """What was asked for, the most wanted first."""
    lines = [Line(key, **line) for key, line in grouped(period, F("topic"))]
    return sorted(lines, key=lambda line: (-line.received, line.label))


def by_hour(period: Period) -> list[Line]:
    """The hour of the clinic's day at which requests came."""
    found = dict(grouped(period, ExtractHour("submitted_at", tzinfo=zone())))
    return [Line(clock(time(hour)), **found.get(hour, {})) for hour in range(24)]


def grouped(period: Period, key: Any) -> Iterable[tuple[Any, dict[str, Any]]]:
    for row in received_in(period).annotate(key=key).values("key").annotate(**measures()):
        line: dict[str, Any] = dict(row)
        yield line.pop("key"), line


def measured(rows: QuerySet[Inquiry]) -> dict[str, Any]:
    return rows.aggregate(**measures())


def measures() -> dict[str, Any]:
    waited = F("first_answered_at") - F("submitted_at")
    usual = {"filter": ~Exists(reopened()), "output_field": DurationField()}
    # Nobody waits for an answer to what the patient took back or what goes on as another request.
    withdrawn = Q(first_answered_at=None, status__in=(Status.WITHDRAWN, Status.DUPLICATE))
    return {
        "received": Count("pk"),
        "answered": Count("first_answered_at"),
        "late": Count("late_since"),
        "in_time": Count("first_answered_at", filter=Q(late_since=None)),
        "withdrawn": Count("pk", filter=withdrawn),
        "withdrawn_late": Count("late_since", filter=withdrawn),
        "median": Percentile(waited, 0.5, **usual),
        "ninetieth": Percentile(waited, 0.9, **usual),
    }


def reopened() -> QuerySet[StatusChange]:
    return StatusChange.objects.filter(inquiry=OuterRef("pk"), old__in=ENDED_STATUSES).order_by()


def backlog() -> list[tuple[str, int]]:
    """How old the requests are whose next step is ours, now."""
    now = timezone.now()
    counted = (
        Inquiry.objects.ours()
        .order_by()
        .aggregate(
            **{
                f"age_{start}": Count(
                    "pk",
                    filter=Q(
                        submitted_at__lte=now - timedelta(days=start),
                        submitted_at__gt=now - timedelta(days=end),
                    ),
                )
                for _, start, end in AGES
            }
        )
    )
    return [(words, counted[f"age_{start}"]) for words, start, _ in AGES]


def declined(period: Period) -> list[tuple[str, int]]:
    """Why requests were declined in the period and still are; the most frequent first."""
    start, end = period.moments
    changes = StatusChange.objects.filter(new=Status.DECLINED, at__gte=start, at__lt=end)
    rows = changes.filter(inquiry__status=Status.DECLINED).order_by().values("inquiry__decline_reason")
    counted = rows.annotate(times=Count("inquiry", distinct=True))
    found = {row["inquiry__decline_reason"]: row["times"] for row in counted}
    lines = [(str(reason.label), found[reason]) for reason in DeclineReason if reason in found]
    return sorted(lines, key=lambda line: -line[1])


# Words


def week_words(week: date) -> str:
    return f"{week:%b} {week.day}, {week.year}"


def iso_week(day: date) -> str:
    """2026-W47; at New Year its year may differ from the day's."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def span(waited: timedelta | None) -> str:
    """35 min, 5 h, 1 day 4 h; empty for none."""
    if waited is None:
        return ""
    minutes = max(0, round(waited.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = round(minutes / 60)
    if hours < 48:
        return f"{hours} h"
    days, rest = divmod(hours, 24)
    return f"{days} days {rest} h" if rest else f"{days} days"
