"""What happened to a request, from the records of every kind, merged by time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic.models import User
from requests import roles
from requests.models import (
    Assignment,
    Comparison,
    Inquiry,
    Letter,
    Message,
    NextAction,
    Note,
    PhoneCall,
    PromiseChange,
    Sending,
    Settlement,
    Snooze,
    StatusChange,
    Undo,
)
from requests.models.status import ENDED_STATUSES, Status, Urgency

from .words import short_day

RECORDS = (
    StatusChange, Assignment, Message, Note, PhoneCall, Comparison, Snooze, NextAction, Letter,
    Undo, Settlement,
)  # fmt: skip
STATUS_WORDS = {
    Status.NEW: "Request sent",
    Status.IN_TRIAGE: "Triage started",
    Status.AWAITING_PATIENT: "Waiting for the patient's answer",
    Status.OFFERED: "Times offered",
    Status.BOOKED: "Appointment booked",
    Status.DECLINED: "Declined",
    Status.WITHDRAWN: "Withdrawn",
    Status.DUPLICATE: "Marked as a duplicate",
    Status.CLOSED: "Closed",
}
PATIENT, ITSELF = "the patient", "by itself"
PROMISE = "promise"


@dataclass(frozen=True)
class Event:
    """`kind` names the record, and for a status what it became, like status:declined."""

    kind: str
    heading: str
    at: datetime
    by: User | None
    text: str = ""
    is_hidden: bool = False
    is_automatic: bool = False

    @property
    def who(self) -> str:
        if self.is_automatic:
            return ITSELF
        return str(self.by) if self.by else PATIENT


def count(inquiry: Inquiry) -> int:
    """How many records there are. Records only grow, so a page that saw fewer is stale."""
    first, *others = (model.objects.filter(inquiry=inquiry).order_by().values("pk") for model in RECORDS)
    return first.union(*others, all=True).count()


def counts(pks: list[UUID]) -> Counter[UUID]:
    """The same for many requests at once."""
    first, *others = (
        model.objects.filter(inquiry__in=pks).order_by().values_list("inquiry", flat=True)
        for model in RECORDS
    )
    return Counter(first.union(*others, all=True))


def of(inquiry: Inquiry, *, reader: User) -> list[Event]:
    """The oldest first. Without the right to clinical text, what was written with it stays hidden."""
    events = [
        *_statuses(inquiry),
        *_assignments(inquiry),
        *_plans(inquiry),
        *_promises(inquiry),
        *_texts(inquiry, reader),
        *_talk(inquiry),
        *_comparisons(inquiry),
    ]
    return sorted(events, key=lambda event: event.at)


def counted(inquiry: Inquiry, reader: User) -> list[Event]:
    """Those that count() counts: without the promises that moved."""
    return [event for event in of(inquiry, reader=reader) if event.kind != PROMISE]


def _records(model: Any, inquiry: Inquiry, *related: str) -> Any:
    return model.objects.filter(inquiry=inquiry).select_related("by", *related)


def _statuses(inquiry: Inquiry) -> Iterator[Event]:
    for change in _records(StatusChange, inquiry, "sending__undo"):
        yield Event(f"status:{change.new}", _status_words(change), change.at, change.by)


def _status_words(change: StatusChange) -> str:
    if (taken_back := undone(change.sending)) and taken_back.by_id and change.at > taken_back.at:
        return f"As before: {Status(change.new).label.lower()}"
    if change.new == Status.NEW and change.by:
        return "Entered for a caller"
    if change.new == Status.IN_TRIAGE and change.old in ENDED_STATUSES:
        return "Reopened"
    if change.new == Status.IN_TRIAGE and change.old != Status.NEW:
        return "Back in triage"
    return STATUS_WORDS[Status(change.new)]


def undone(sending: Sending | None) -> Undo | None:
    """That it was taken back; rows come with `sending__undo`."""
    return getattr(sending, "undo", None)


def _talk(inquiry: Inquiry) -> Iterator[Event]:
    for record in _records(Undo, inquiry, "sending"):
        verb = record.sending.get_verb_display()
        heading = (
            f"{verb} taken back: the patient {'did not see it' if record.by else 'wrote before seeing it'}"
        )
        yield Event("undo", heading, record.at, record.by, is_automatic=record.by is None)
    for record in _records(Settlement, inquiry):
        yield Event("settle", "Nothing to answer in what the patient wrote", record.at, record.by)


def _assignments(inquiry: Inquiry) -> Iterator[Event]:
    for record in _records(Assignment, inquiry, "to", "to_role", "had_it"):
        automatic = record.by is None
        yield Event("assignment", _given_words(record), record.at, record.by, is_automatic=automatic)


def _given_words(record: Assignment) -> str:
    role = roles.words(record.to_role) if record.to_role else ""
    if record.to is not None and record.reason == Assignment.Reason.IN_TURN:
        return f"Given to {record.to}, next in turn of {role}"
    if record.to is not None:
        return "Taken" if record.to == record.by else f"Assigned to {record.to}"
    if record.reason == Assignment.Reason.CHOSEN:
        return f"Given to {role}" if role else "Handed back to the queue"
    why = "is away" if record.reason == Assignment.Reason.ABSENCE else "has left"
    return f"Handed back to {role or 'the queue'}: {record.had_it} {why}"


def _plans(inquiry: Inquiry) -> Iterator[Event]:
    for record in _records(Snooze, inquiry):
        if record.until:
            yield Event("snooze", f"Snoozed until {short_day(record.until)}", record.at, record.by)
        else:
            yield Event("wake", "Back from snooze", record.at, record.by)
    for record in _records(Letter, inquiry):
        yield Event("letter", "Letter posted", record.at, record.by)


def _promises(inquiry: Inquiry) -> Iterator[Event]:
    """Not in RECORDS: that the clock moved a day makes no page of a colleague stale."""
    for change in _records(PromiseChange, inquiry):
        days = f"{short_day(change.old)} passed, new day {short_day(change.new)}"
        yield Event(PROMISE, f"Late: {days}", change.at, None, is_automatic=True)


def _texts(inquiry: Inquiry, reader: User) -> Iterator[Event]:
    hides = not reader.has_perm("requests.read_clinical")
    for kind, heading, record in _spoken(inquiry):
        hidden = hides and record.is_clinical and record.text != ""
        yield Event(kind, heading, record.at, record.by, "" if hidden else record.text, hidden)


def _spoken(inquiry: Inquiry) -> Iterator[tuple[str, str, Any]]:
    for message in _records(Message, inquiry, "sending__undo"):
        yield "message", _message_words(message), message
    for note in _records(Note, inquiry):
        yield "note", "Note", note
    for call in _records(PhoneCall, inquiry):
        yield "call", f"Phone call: {call.get_outcome_display()}", call
    for record in _records(NextAction, inquiry):
        yield "next", _next_words(record), record


def _message_words(message: Message) -> str:
    if message.by is None:
        return "The patient wrote"
    return "Message to the patient" + (", taken back" if undone(message.sending) else "")


def _next_words(record: NextAction) -> str:
    if not record.text:
        return "Next step done"
    return f"Next step, on {short_day(record.on)}" if record.on else "Next step"


DECISIONS = {
    Comparison.What.DIFFERENT: "Not the same person as {}",
    Comparison.What.GOES_ON: "{} was joined into this request",
    Comparison.What.SPLIT: "{} is a request of its own again",
}


def _comparisons(inquiry: Inquiry) -> Iterator[Event]:
    for record in _records(Comparison, inquiry, "other"):
        heading = DECISIONS[Comparison.What(record.what)].format(record.other.reference)
        yield Event(f"comparison:{record.what}", heading, record.at, record.by, _what_it_changed(record))


def _what_it_changed(record: Comparison) -> str:
    lines = []
    if record.urgency_before != record.urgency_after:
        lines.append(f"Urgency is now: {Urgency(record.urgency_after).label}.")  # type: ignore[arg-type]
    if record.answer_by_after and record.answer_by_before != record.answer_by_after:
        lines.append(f"Answer by is now {short_day(record.answer_by_after)}.")
    return " ".join(lines)
