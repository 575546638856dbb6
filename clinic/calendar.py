"""The clinic's working calendar: opening hours, holidays, "answer by" dates.

Everything here speaks the clinic's own time zone (settings.TIME_ZONE).
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from .models import WEEKDAYS, ClinicProfile, Holiday, OpeningHours

# Until the clinic has entered its hours, days are counted Monday to Friday.
FALLBACK_WEEKDAYS = {0, 1, 2, 3, 4}


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def local_today() -> date:
    return timezone.localdate(timezone=zone())


def answer_by(now: datetime, *, urgent: bool = False) -> date:
    """The day by which the clinic will answer a request that arrives at `now`.

    Urgent requests are answered on the same working day, or on the next one when
    they arrive after the last closing time (F31).
    """
    days_needed = 0 if urgent else ClinicProfile.load().answer_within_days
    day = _first_working_moment(now)
    for _ in range(days_needed):
        day = next_working_day(day + timedelta(days=1))
    return day


def is_open(now: datetime) -> bool:
    local = now.astimezone(zone())
    return is_working_day(local.date()) and any(
        hours.opens_at <= local.time() < hours.closes_at for hours in _hours_of(local.weekday())
    )


def opens_at(day: date) -> time:
    """When the clinic opens on a working day; 9am until its hours are entered."""
    hours = _hours_of(day.weekday())
    return hours[0].opens_at if hours else time(9)


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


def _first_working_moment(now: datetime) -> date:
    local = now.astimezone(zone())
    hours = _hours_of(local.weekday())
    closed = bool(hours) and local.time() >= hours[-1].closes_at
    return next_working_day(local.date() + timedelta(days=1) if closed else local.date())


def next_working_day(day: date) -> date:
    """The day itself when the clinic works on it."""
    for ahead in range(60):
        candidate = day + timedelta(days=ahead)
        if is_working_day(candidate):
            return candidate
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() in working_weekdays() and not Holiday.objects.filter(on=day).exists()


def working_weekdays() -> set[int]:
    return set(OpeningHours.objects.values_list("weekday", flat=True)) or FALLBACK_WEEKDAYS


def _hours_of(weekday: int) -> list[OpeningHours]:
    return list(OpeningHours.objects.filter(weekday=weekday))
