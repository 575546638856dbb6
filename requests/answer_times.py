"""How long a first answer lately took, measured once an hour and never while somebody waits.

docs/adr/0008 says what is counted and why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clinic import calendar
from clinic.answer_time import WEEKS
from clinic.calendar import DAY, WorkingDays
from clinic.models import AnswerTime

from .models import Inquiry, StatusChange
from .models.status import ENDED_STATUSES, Status, Urgency

# With fewer, one bad morning would change what everybody is promised.
ENOUGH = 20
# Words about "the last 4 weeks" need a measurement that is of these days.
FRESH = timedelta(days=2)


@dataclass(frozen=True)
class Wait:
    """`answered`: working days until the first answer; `over`: how many are over since it came, with its own."""

    answered: int | None
    over: int


def measure() -> None:
    """Several workers may do it at once: each writes the same."""
    now, days = timezone.now(), calendar.working_days()
    since = now - timedelta(weeks=WEEKS)
    for is_urgent in (False, True):
        chosen = Q(urgency__gt=Urgency.ROUTINE) if is_urgent else Q(urgency=Urgency.ROUTINE)
        _keep(is_urgent, *half(list(waits(counted(since).filter(chosen), now, days))))


def counted(since: datetime) -> QuerySet[Inquiry]:
    """All that came since, but for those that nobody had to answer or whose count began anew."""
    reopened = StatusChange.objects.filter(inquiry=OuterRef("pk"), old__in=ENDED_STATUSES)
    gone = Q(status__in=(Status.WITHDRAWN, Status.DUPLICATE), first_answered_at=None)
    return Inquiry.objects.filter(~Exists(reopened), ~gone, submitted_at__gte=since)


def waits(found: QuerySet[Inquiry], now: datetime, days: WorkingDays) -> Iterator[Wait]:
    zone = calendar.zone()
    yesterday = now.astimezone(zone).date() - DAY
    for came, answered in found.values_list("submitted_at", "first_answered_at").iterator():
        first = days.first_day(came)
        took = days.between(first, answered.astimezone(zone).date()) if answered else None
        yield Wait(took, days.between(first - DAY, yesterday))


def half(found: list[Wait]) -> tuple[int | None, int, int]:
    """The fewest working days within which half were answered, of how many, and how many of those in time.

    Only requests whose days are over are asked, answered or not: those that wait
    count, and those of today do not make the record look better or worse.
    """
    known: tuple[int | None, int, int] = (None, 0, 0)
    asked = [wait for wait in found if wait.over > 0]
    while len(asked) >= ENOUGH:
        within = known[0] or 0
        in_time = sum(wait.answered is not None and wait.answered <= within for wait in asked)
        if in_time * 2 >= len(asked):
            return within, len(asked), in_time
        known = (within + 1, len(asked), in_time)
        asked = [wait for wait in asked if wait.over > within + 1]
    return known


def _keep(is_urgent: bool, days: int | None, counted: int, answered: int) -> None:
    """Public pages are made anew when the days are others, so only then they are written."""
    row, _ = AnswerTime.objects.get_or_create(is_urgent=is_urgent)
    changes = {"counted": counted, "answered": answered, "measured_at": timezone.now()}
    if row.days != days:
        changes["days"] = days
    AnswerTime.objects.filter(pk=row.pk).update(**changes)


def to_show() -> AnswerTime | None:
    """What patients are told: the measured figure, where it is known and of these weeks."""
    measured = AnswerTime.routine()
    if measured is None or not measured.is_half or measured.measured_at < timezone.now() - FRESH:
        return None
    return measured
