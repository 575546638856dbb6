"""The clinic's working calendar: opening hours, holidays, "answer by" dates.

Everything here speaks the clinic's own time zone (settings.TIME_ZONE).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError

from .models import WEEKDAYS, ClinicProfile, Holiday, OpeningHours

# Until the clinic has entered its hours, days are counted Monday to Friday.
FALLBACK_WEEKDAYS = frozenset(range(5))
# How far ahead an open day is looked for; a clinic that is closed longer has closed.
HORIZON = 400
DAY = timedelta(days=1)


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def local_today() -> date:
    return datetime.now(zone()).date()


@dataclass(frozen=True)
class WorkingDays:
    """Opening hours and holidays, read once: however many days are counted, nothing more is asked."""

    hours: dict[int, list[tuple[time, time]]]
    holidays: frozenset[date]

    @cached_property
    def weekdays(self) -> frozenset[int]:
        return frozenset(self.hours) or FALLBACK_WEEKDAYS

    def includes(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def next_from(self, day: date) -> date:
        """The day itself when the clinic works on it; also when it works on none that is in sight."""
        ahead = (day + DAY * number for number in range(HORIZON))
        return next((candidate for candidate in ahead if self.includes(candidate)), day)

    def after(self, day: date, number: int) -> date:
        """`number` working days after a working day."""
        for _ in range(number):
            day = self.next_from(day + DAY)
        return day

    def opens(self, day: date) -> time | None:
        return min((opens for opens, _ in self.hours.get(day.weekday(), ())), default=None)

    def closes(self, day: date) -> time | None:
        return max((closes for _, closes in self.hours.get(day.weekday(), ())), default=None)

    def first_day(self, now: datetime) -> date:
        """The first working day on which somebody can read what arrives at `now`."""
        local = now.astimezone(zone())
        closes = self.closes(local.date())
        is_over = closes is not None and local.time() >= closes
        return self.next_from(local.date() + DAY if is_over else local.date())

    def is_out_of_hours(self, now: datetime) -> bool:
        """Before the first opening of the day, after its last closing, or on a day off.

        A lunch break does not count: somebody reads it the same afternoon.
        """
        local = now.astimezone(zone())
        opens = self.opens(local.date())
        is_early = opens is not None and local.time() < opens
        return is_early or self.first_day(now) != local.date()

    def between(self, first: date, last: date) -> int:
        """How many working days after `first` a `last` is; what falls on a day off counts as the day before."""
        days = (last - first).days
        return sum(self.includes(first + DAY * number) for number in range(1, days + 1))


def working_days() -> WorkingDays:
    hours: dict[int, list[tuple[time, time]]] = {}
    for weekday, opens, closes in OpeningHours.objects.values_list("weekday", "opens_at", "closes_at"):
        hours.setdefault(weekday, []).append((opens, closes))
    return WorkingDays(hours, frozenset(Holiday.objects.values_list("on", flat=True)))


def answer_by(now: datetime, *, urgent: bool = False, days: int | None = None) -> date:
    """The day by which the clinic will answer a request that arrives at `now`.

    Urgent requests are answered on the same working day, or on the next one when
    they arrive after the last closing time (F31). The others within the days that
    hold: as many as the clinic wants, or more when its own record says so.
    """
    calendar = working_days()
    if urgent:
        days = 0
    elif days is None:
        days = ClinicProfile.load().answers_within
    return calendar.after(calendar.first_day(now), days)


def is_open(now: datetime) -> bool:
    local, calendar = now.astimezone(zone()), working_days()
    return calendar.includes(local.date()) and any(
        opens <= local.time() < closes for opens, closes in calendar.hours.get(local.weekday(), ())
    )


def reopening(now: datetime) -> str:
    """When somebody is there again, in words like "on Monday at 8am"; empty in hours."""
    calendar = working_days()
    if not calendar.is_out_of_hours(now):
        return ""
    local, day = now.astimezone(zone()), calendar.first_day(now)
    opens = calendar.opens(day)
    return day_from(local.date(), day) + (f" at {clock(opens)}" if opens else "")


def day_from(today: date, day: date) -> str:
    """A day ahead as people say it: today, tomorrow, on Monday, on Monday, January 4."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("today", "tomorrow")[ahead]
    return f"on {day:%A}" if 0 < ahead < 7 else f"on {day:%A}, {day:%B} {day.day}"


def end_of(day: date) -> datetime:
    """The first moment after a day of the clinic."""
    return datetime.combine(day + DAY, time.min, zone())


def opens_at(day: date) -> time:
    """When the clinic opens on a working day; 9am until its hours are entered."""
    return working_days().opens(day) or time(9)


def opening_lines() -> list[tuple[str, str]]:
    """The opening hours in words: [("Monday to Friday", "8am to 5pm")]; empty when none are entered."""
    try:
        rows = list(OpeningHours.objects.all())
    except DatabaseError:
        return []
    by_day: dict[int, str] = {}
    for row in rows:
        words = f"{clock(row.opens_at)} to {clock(row.closes_at)}"
        by_day[row.weekday] = f"{by_day[row.weekday]} and {words}" if row.weekday in by_day else words
    lines: list[tuple[int, int, str]] = []
    for weekday, words in sorted(by_day.items()):
        if lines and lines[-1][1] == weekday - 1 and lines[-1][2] == words:
            lines[-1] = (lines[-1][0], weekday, words)
        else:
            lines.append((weekday, weekday, words))
    return [
        (WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]} to {WEEKDAYS[last]}", words)
        for first, last, words in lines
    ]


def clock(moment: time) -> str:
    """8am, 12:30pm: the way E33 asks for."""
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def day_words(day: date) -> str:
    return f"{day:%A, %B} {day.day}"


def next_working_day(day: date) -> date:
    """The day itself when the clinic works on it."""
    return working_days().next_from(day)
