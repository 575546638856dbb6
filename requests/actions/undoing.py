"""Assigning and snoozing can be taken back like words (words.py): for a moment, by whoever did it.

What was before stands in the record before. A second click changes nothing.
"""

from datetime import date

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import User
from requests.models import Assignment, Inquiry, Snooze
from requests.models.sending import UNDO_FOR
from requests.models.status import ENDED_STATUSES

from .base import NotAllowed, too_late_if_locked
from .planning import cannot_sleep, sleeps_through_step
from .working import give, place

NOT_YOURS = "Only the person who did it can take it back."


@too_late_if_locked()
@transaction.atomic
def undo_assignment(record: Assignment, *, by: User) -> None:
    """Back to the person, role or queue that had it, unless somebody went on with it."""
    inquiry = _held(record, by)
    to, role, newest = record.had_it, _role_before(record), inquiry.assignments.latest("at")
    if newest != record and newest.by_id == by.pk and (inquiry.assignee, inquiry.role) == (to, role):
        return
    if timezone.now() >= record.at + UNDO_FOR:
        raise NotAllowed("It is too late to take this back. Assign the request again.")
    if newest != record:
        raise NotAllowed(f"It was given on meanwhile: the request is {place(inquiry)} now.")
    if inquiry.statuschanges.filter(at__gt=record.at).exclude(by=by).exists():
        raise NotAllowed(f"It went on meanwhile: the request is {inquiry.get_status_display().lower()} now.")
    give(inquiry, by=by, to=to, role=role)


@too_late_if_locked()
@transaction.atomic
def undo_snooze(record: Snooze, *, by: User) -> None:
    """Back to the day until which it slept before, or awake, unless somebody woke it or planned anew."""
    inquiry = _held(record, by)
    until, newest = _slept_before(record), inquiry.snoozes.latest("at")
    if newest != record and newest.by_id == by.pk and inquiry.snoozed_until == until:
        return
    if timezone.now() >= record.at + UNDO_FOR:
        raise NotAllowed("It is too late to take this back. Wake the request instead.")
    if newest != record or inquiry.snoozed_until != record.until:
        raise NotAllowed("It went on meanwhile, so there is nothing to take back.")
    if until and (reason := cannot_sleep(inquiry) or sleeps_through_step(inquiry, until)):
        raise NotAllowed(reason)
    Inquiry.objects.filter(pk=inquiry.pk).update(snoozed_until=until)
    Snooze.objects.create(inquiry=inquiry, by=by, until=until)


def _held(record: Assignment | Snooze, by: User) -> Inquiry:
    """The request of the record, locked."""
    if record.by_id != by.pk:
        raise NotAllowed(NOT_YOURS)
    return Inquiry.objects.select_for_update(no_key=True).get(pk=record.inquiry_id)


def _role_before(record: Assignment) -> Group | None:
    before = Assignment.objects.filter(inquiry=record.inquiry_id, at__lt=record.at).order_by("-at").first()
    return before.to_role if before else None


def _slept_before(record: Snooze) -> date | None:
    """None as well when that day is over, or when the request ended since: that wakes it without a record.

    An end that was taken back (words.py) let it sleep on.
    """
    before = Snooze.objects.filter(inquiry=record.inquiry_id, at__lt=record.at).order_by("-at").first()
    if before is None or before.until is None or before.until <= local_today():
        return None
    ends = record.inquiry.statuschanges.filter(new__in=ENDED_STATUSES, sending__undo=None)
    ended = ends.filter(at__range=(before.at, record.at))
    return None if ended.exists() else before.until
