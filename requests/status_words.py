"""The patient's view of a request in plain words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from clinic import calendar
from clinic.calendar import day_words, local_today

from . import held
from . import promise as promises
from .models import Inquiry, StatusChange
from .models.status import ENDED_STATUSES, Status


@dataclass(frozen=True)
class Event:
    heading: str
    at: datetime
    text: str = ""
    is_current: bool = False


HISTORY = {
    Status.NEW: "You sent your request",
    Status.IN_TRIAGE: "We began to read your request",
    Status.AWAITING_PATIENT: "We asked you for something",
    Status.OFFERED: "We offered times",
    Status.BOOKED: "The appointment was booked",
    Status.DECLINED: "We answered that we cannot offer this appointment",
    Status.WITHDRAWN: "You took your request back",
    Status.DUPLICATE: "We joined it with your other request",
    Status.CLOSED: "We closed your request",
}
CALLED = "You called us, and we wrote your request down"
REOPENED = "We opened your request again"

# Who reads it may have asked for somebody else: an appointment is nobody's by name.
STATE = {
    Status.NEW: "We have your request",
    Status.IN_TRIAGE: "We are looking at your request",
    Status.AWAITING_PATIENT: "We are waiting for you",
    Status.OFFERED: "We offered times",
    Status.BOOKED: "The appointment is booked",
    Status.DECLINED: "We cannot offer this appointment",
    Status.WITHDRAWN: "You took your request back",
    Status.DUPLICATE: "You sent this twice, and we go on with your other request",
    Status.CLOSED: "This request is closed",
}
NEXT = {
    Status.NEW: (
        "A nurse reads your answers.",
        "We contact you in the way you chose.",
        "If an appointment fits, we offer times to choose from.",
    ),
    Status.IN_TRIAGE: (
        "We contact you in the way you chose.",
        "If an appointment fits, we offer times to choose from.",
    ),
    Status.AWAITING_PATIENT: ("Read our message below.", "Write your answer under it, or call us."),
    Status.OFFERED: ("Choose one of the times.",),
    Status.BOOKED: ("Come to the appointment.", "Tell us about any change in health or medicines."),
    Status.DECLINED: (
        "Read our message below.",
        "Call us if you have questions, or talk with your own doctor.",
    ),
    Status.WITHDRAWN: ("There is nothing more to do.", "You can send a new request at any time."),
    Status.DUPLICATE: (
        "There is nothing more to do here.",
        "We write about your other request. Its link is in our first email about it, or we told you on the phone.",
        "If you do not find it, call us and we look for it together.",
    ),
    Status.CLOSED: ("There is nothing more to do.", "Call us if you think it should go on."),
}


def promise(inquiry: Inquiry) -> str:
    """By when the clinic answers; honest when that day has passed; empty when nothing is owed."""
    if not inquiry.is_owed:
        return ""
    if not inquiry.is_late:
        return f"We will answer by {day_words(inquiry.answer_by)}."
    has_passed = inquiry.answer_by < local_today()
    then = (
        "We will tell you a new day here."
        if has_passed
        else f"Our new day is {day_words(inquiry.answer_by)}."
    )
    missed = inquiry.answer_by if has_passed else inquiry.promised_first
    return f"We told you that we would answer by {day_words(missed)}. We are late. {then}"


def closed(inquiry: Inquiry) -> str:
    """Until the clinic opens, for somebody who wrote out of hours or may want to call because we are late."""
    if not inquiry.is_owed:
        return ""
    if inquiry.is_late:
        opens, why = calendar.reopening(timezone.now()), "We are closed now."
    else:
        opens, why = promises.closed_since(inquiry), "You wrote while we were closed."
    return f"{why} We open again {opens}." if opens else ""


@dataclass(frozen=True)
class Said:
    """One message of the thread; `is_ours` when the clinic wrote it."""

    who: str
    at: datetime
    text: str
    is_ours: bool


def thread(inquiry: Inquiry) -> list[Said]:
    """What the patient and the clinic wrote, the oldest first; no member of staff is named."""
    return [
        Said("The clinic" if message.by_id else "You", message.at, message.text, bool(message.by_id))
        for message in inquiry.messages.filter(held.shown()).order_by("at")
    ]


def next_steps(inquiry: Inquiry) -> tuple[str, ...]:
    """What the patient wrote comes first until somebody has read it."""
    steps = NEXT[Status(inquiry.status)]
    if inquiry.patient_wrote_at is None or not inquiry.is_open:
        return steps
    return ("We read your message and answer it here.", *steps)


def history(inquiry: Inquiry, thread: list[Said]) -> list[Event]:
    """What happened, the newest first. Names no member of staff and no note."""
    events = [
        Event(_heading(change), change.at)
        for change in inquiry.statuschanges.filter(held.shown())
        if not _is_told_by_a_message(change)
    ]
    events += [Event("We wrote to you" if said.is_ours else "You wrote to us", said.at) for said in thread]
    events += [
        Event("We called you", call.at) for call in inquiry.phonecalls.all() if call.outcome != "no_answer"
    ]
    events += [
        Event(f"We told you a new day for our answer: {day_words(change.new)}", change.at)
        for change in inquiry.promisechanges.all()
    ]
    events.sort(key=lambda event: event.at, reverse=True)
    return events


def _is_told_by_a_message(change: StatusChange) -> bool:
    """The patient's own message brought the request back to us."""
    return change.by_id is None and change.old == Status.AWAITING_PATIENT and change.new == Status.IN_TRIAGE


def _heading(change: StatusChange) -> str:
    if change.new == Status.NEW and change.by_id is not None:
        return CALLED
    if change.new == Status.IN_TRIAGE and change.old in ENDED_STATUSES:
        return REOPENED
    if change.new == Status.IN_TRIAGE and change.old != Status.NEW:
        return "We looked at your request again"
    return HISTORY[Status(change.new)]
