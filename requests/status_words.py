"""The patient's view of a request in plain words."""

from dataclasses import dataclass
from datetime import date, datetime

from .models import Inquiry
from .models.status import Status


def day_words(day: date) -> str:
    return f"{day:%A, %B} {day.day}"


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
    Status.OFFERED: "We offered you times",
    Status.BOOKED: "Your appointment was booked",
    Status.DECLINED: "We answered that we cannot offer this appointment",
    Status.WITHDRAWN: "You took your request back",
    Status.DUPLICATE: "We joined it with your other request",
    Status.CLOSED: "We closed your request",
}
REOPENED = "We opened your request again"

STATE = {
    Status.NEW: "We have your request",
    Status.IN_TRIAGE: "We are looking at your request",
    Status.AWAITING_PATIENT: "We are waiting for you",
    Status.OFFERED: "We offered you times",
    Status.BOOKED: "Your appointment is booked",
    Status.DECLINED: "We cannot offer you this appointment",
    Status.WITHDRAWN: "You took your request back",
    Status.DUPLICATE: "You sent this twice, and we go on with your other request",
    Status.CLOSED: "This request is closed",
}
NEXT = {
    Status.NEW: (
        "A nurse reads your answers.",
        "We contact you in the way you chose.",
        "If an appointment fits, we offer you times to choose from.",
    ),
    Status.IN_TRIAGE: (
        "We contact you in the way you chose.",
        "If an appointment fits, we offer you times to choose from.",
    ),
    Status.AWAITING_PATIENT: ("Read our message below and call us with your answer.",),
    Status.OFFERED: ("Choose one of the times.",),
    Status.BOOKED: ("Come to your appointment.", "Tell us if your health or your medicines change."),
    Status.DECLINED: (
        "Read our message below.",
        "Call us if you have questions, or talk with your own doctor.",
    ),
    Status.WITHDRAWN: ("There is nothing more to do.", "You can send a new request at any time."),
    Status.DUPLICATE: ("There is nothing more to do here.", "Use the link of your other request."),
    Status.CLOSED: ("There is nothing more to do.", "Call us if you think it should go on."),
}


def promise(inquiry: Inquiry) -> str:
    """By when the clinic answers; honest when that day has passed; empty when nothing is owed."""
    if inquiry.is_late:
        return f"We wanted to answer by {day_words(inquiry.answer_by)}. We are late, and you can call us now."
    if inquiry.status in (Status.NEW, Status.IN_TRIAGE) and inquiry.first_answered_at is None:
        return f"We will answer by {day_words(inquiry.answer_by)}."
    return ""


def history(inquiry: Inquiry) -> list[Event]:
    """What happened, the newest first. Names no member of staff and no note."""
    events = [Event(_heading(change.old, change.new), change.at) for change in inquiry.statuschanges.all()]
    events += [Event("We wrote to you", message.at) for message in inquiry.messages.all()]
    events += [
        Event("We called you", call.at) for call in inquiry.phonecalls.all() if call.outcome != "no_answer"
    ]
    events.sort(key=lambda event: event.at, reverse=True)
    return events


def _heading(old: str, new: str) -> str:
    came_back = new == Status.IN_TRIAGE and old not in (Status.NEW, "")
    return REOPENED if came_back else HISTORY[Status(new)]
