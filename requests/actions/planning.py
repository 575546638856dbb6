"""When somebody goes on with a request, and what comes next."""

from datetime import date, timedelta

from django.db import transaction

from clinic.calendar import day_words, local_today
from clinic.models import User
from requests import calling
from requests.models import Inquiry, NextAction, Snooze

from .base import NotAllowed, hold_unchanged

LONGEST_SNOOZE = timedelta(days=90)


@transaction.atomic
def snooze(inquiry: Inquiry, *, by: User, until: date, past_promise: bool = False) -> None:
    """Out of the daily views until that day; it comes back by itself.

    It goes past the day that the patient was promised only with `past_promise`.
    """
    if reason := cannot_sleep(inquiry):
        raise NotAllowed(reason)
    if not local_today() < until <= local_today() + LONGEST_SNOOZE:
        raise NotAllowed("Choose a day from tomorrow on, at most 90 days ahead.")
    if reason := sleeps_through_step(inquiry, until):
        raise NotAllowed(f"{reason}.")
    promised = calling.owed_by(inquiry)
    if promised and until > promised and not past_promise:
        raise NotAllowed(
            f"The patient was promised an answer by {day_words(promised)}."
            " Choose an earlier day, or tick that it may be later."
        )
    hold_unchanged(inquiry)
    Inquiry.objects.filter(pk=inquiry.pk).update(snoozed_until=until)
    inquiry.snoozed_until = until
    Snooze.objects.create(inquiry=inquiry, by=by, until=until)


def cannot_sleep(inquiry: Inquiry) -> str:
    """Why this request cannot be put off; empty when it can."""
    if not inquiry.is_open:
        return f"The request is {inquiry.get_status_display().lower()}, so there is nothing to snooze."
    if inquiry.patient_wrote_at:
        return "The patient wrote and waits for an answer. Answer first, then snooze it."
    if words := calling.speak_first(inquiry, then="snooze it"):
        return words
    step = inquiry.next_action_on
    if step and step <= local_today():
        day = "is due today" if step == local_today() else f"was due on {day_words(step)}"
        return f"Its next step {day}. Do it or change it first, then snooze the request."
    return ""


def sleeps_through_step(inquiry: Inquiry, until: date) -> str:
    """Why it cannot sleep so long; empty when it can."""
    step = inquiry.next_action_on
    if step is None or until <= step:
        return ""
    return (
        f"Its next step is due on {day_words(step)}. Snooze until that day at most, or change the step first"
    )


def wakes_after(inquiry: Inquiry, step: date) -> str:
    """Why nothing can be planned for that day; empty when it can."""
    until = inquiry.snoozed_until
    if until is None or until <= max(step, local_today()):
        return ""
    return (
        f"The request is snoozed until {day_words(until)}. Choose that day or a later one, or wake it first"
    )


@transaction.atomic
def wake(inquiry: Inquiry, *, by: User | None) -> None:
    """Back before its day: by hand, or with no `by` because the patient wrote."""
    if inquiry.snoozed_until is None:
        return
    was_asleep = inquiry.snoozed_until > local_today()
    changed = Inquiry.objects.filter(pk=inquiry.pk, snoozed_until=inquiry.snoozed_until)
    if changed.update(snoozed_until=None) and was_asleep:
        Snooze.objects.create(inquiry=inquiry, by=by)
    inquiry.snoozed_until = None


@transaction.atomic
def plan_next(inquiry: Inquiry, *, by: User, text: str, on: date | None = None) -> None:
    """Say what comes next and when; without words the next action is done or dropped."""
    text = text.strip()
    if on and not text:
        raise NotAllowed("Write what is to do on that day.")
    if not text and not inquiry.next_action:
        raise NotAllowed("There is no next action to take away.")
    if on and (reason := wakes_after(inquiry, on)):
        raise NotAllowed(f"{reason}.")
    hold_unchanged(inquiry)
    inquiry.next_action, inquiry.next_action_on = text or None, on
    inquiry.next_action_is_clinical = by.has_perm("requests.read_clinical")
    inquiry.save(update_fields=["next_action", "next_action_on", "next_action_is_clinical"])
    NextAction.objects.create(
        inquiry=inquiry, by=by, text=text, on=on, is_clinical=inquiry.next_action_is_clinical
    )
