"""By when the clinic answers: made when a request comes or is reopened, moved when the day passes.

`promised_first` is the day that lateness is counted from; `answer_by` is the day
that holds now. docs/adr/0008 says how the days are found.
"""

from datetime import date, datetime
from typing import TypedDict

from clinic import calendar

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


def on_arrival(now: datetime, urgency: int) -> Arrival:
    return {**new(now, urgency), "out_of_hours": calendar.working_days().is_out_of_hours(now)}


def mark_late(inquiry: Inquiry) -> None:
    """Before the first answer: one that comes too late stays marked, whether or not the patient was told."""
    late = Inquiry.objects.filter(
        pk=inquiry.pk, first_answered_at=None, late_since=None, promised_first__lt=calendar.local_today()
    )
    since = calendar.end_of(inquiry.promised_first)
    if late.update(late_since=since):
        inquiry.late_since = since
