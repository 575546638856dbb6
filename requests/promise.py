"""By when the clinic answers: made when a request comes or is reopened, moved when the day passes.

`promised_first` is the day that lateness is counted from; `answer_by` is the day
that holds now. docs/adr/0008 says how the days are found.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from django.db import DatabaseError
from django.utils import timezone

from clinic import calendar
from clinic.models import AnswerTime

from . import answer_times
from .models import Inquiry
from .models.status import Urgency


class Promise(TypedDict):
    answer_by: date
    promised_first: date


class Arrival(Promise):
    out_of_hours: bool


def day(now: datetime, urgency: int) -> date:
    return calendar.answer_by(now, urgent=urgency > Urgency.ROUTINE)


def new(now: datetime, urgency: int) -> Promise:
    promised = day(now, urgency)
    return {"answer_by": promised, "promised_first": promised}


def again(inquiry: Inquiry, *, is_owed: bool) -> Promise:
    """For a request that goes on: a new day, but never later than one that is still owed."""
    promised = new(timezone.now(), inquiry.urgency)
    if is_owed:
        promised["answer_by"] = min(promised["answer_by"], inquiry.answer_by)
        promised["promised_first"] = min(promised["promised_first"], inquiry.promised_first)
    return promised


def on_arrival(now: datetime, urgency: int, *, by_phone: bool = False) -> Arrival:
    """Whoever was called and wrote it down was there, whatever the hour."""
    is_out_of_hours = not by_phone and calendar.working_days().is_out_of_hours(now)
    return {**new(now, urgency), "out_of_hours": is_out_of_hours}


@dataclass(frozen=True)
class Outlook:
    """What somebody who is about to send a request can count on."""

    day: date
    opens: str
    record: AnswerTime | None


def outlook(urgency: int = Urgency.ROUTINE) -> Outlook | None:
    """None without a database: nobody is promised anything then."""
    now = timezone.now()
    try:
        record = answer_times.to_show() if urgency == Urgency.ROUTINE else None
        return Outlook(day(now, urgency), calendar.reopening(now), record)
    except DatabaseError:
        return None


def closed_since(inquiry: Inquiry) -> str:
    """For a patient who wrote out of hours, until the clinic opens: when that is, in words."""
    now, days = timezone.now(), calendar.working_days()
    if not inquiry.out_of_hours or days.first_day(inquiry.submitted_at) != days.first_day(now):
        return ""
    return calendar.reopening(now)


def mark_late(inquiry: Inquiry) -> None:
    """Before the first answer: one that comes too late stays marked, whether or not the patient was told."""
    late = Inquiry.objects.filter(
        pk=inquiry.pk, first_answered_at=None, late_since=None, promised_first__lt=calendar.local_today()
    )
    since = calendar.end_of(inquiry.promised_first)
    if late.update(late_since=since):
        inquiry.late_since = since
