"""A second press of the same button finds its work done; what differs from that work is never called done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from clinic.models import User
from requests.models import Inquiry, Message, Note, PhoneCall, Sending
from requests.models.status import Status

from .history import Event
from .verbs import Data, Verb, is_asleep


@dataclass(frozen=True)
class Press:
    """The request as it is now, what is asked for, and since when only this person changed it."""

    inquiry: Inquiry
    user: User
    data: Data
    since: datetime


def is_done(chosen: Verb, inquiry: Inquiry, user: User, data: Data, new: list[Event]) -> bool:
    """Nobody else changed anything, and this verb left the request as it is asked for now."""
    if not any(event.kind == chosen.leaves for event in new) or any(event.by != user for event in new):
        return False
    if data.get("take_over") and inquiry.assignee_id is None:
        return False
    return STANDS[chosen.slug](Press(inquiry, user, data, since=new[0].at))


def _became(status: str) -> Callable[[Press], bool]:
    return lambda press: press.inquiry.status == status


def _planned(press: Press) -> bool:
    step = (press.inquiry.next_action or "", press.inquiry.next_action_on)
    return step == (press.data["text"], press.data["on"])


def _said(press: Press, records: QuerySet[Any]) -> bool:
    """The text is encrypted, so it is compared here."""
    own = records.filter(inquiry=press.inquiry, by=press.user, at__gte=press.since)
    return any(one.text.strip() == press.data["text"].strip() for one in own)


def _called(press: Press) -> bool:
    return _said(press, PhoneCall.objects.filter(outcome=press.data["outcome"]))


def _noted(press: Press) -> bool:
    return _said(press, Note.objects.all())


def _wrote(press: Press) -> bool:
    stands = Message.objects.filter(sending__verb=Sending.Verb.WRITE, sending__undo=None)
    waiting = {"sending__changes__new": Status.AWAITING_PATIENT}
    asks = press.data["wait_for_answer"]
    return _said(press, stands.filter(**waiting) if asks else stands.exclude(**waiting))


def _ended(press: Press, status: str) -> bool:
    """In these words, or without any."""
    sending = press.inquiry.sendings.filter(undo=None).order_by("at").last()
    message = Message.objects.filter(sending=sending).first() if sending else None
    text = message.text if message else ""
    return press.inquiry.status == status and text.strip() == press.data["text"].strip()


def _declined(press: Press) -> bool:
    return press.inquiry.decline_reason == press.data["reason"] and _ended(press, Status.DECLINED)


def _reopened(press: Press) -> bool:
    return press.inquiry.status == Status.IN_TRIAGE and _noted(press)


STANDS: dict[str, Callable[[Press], bool]] = {
    "take": lambda press: press.inquiry.assignee_id == press.user.pk,
    "triage": _became(Status.IN_TRIAGE),
    "write": _wrote,
    "settle": lambda press: press.inquiry.patient_wrote_at is None,
    "phone": _called,
    "note": _noted,
    "assign": lambda press: bool(press.data["to"].has(press.inquiry)),
    "snooze": lambda press: press.inquiry.snoozed_until == press.data["until"],
    "wake": lambda press: not is_asleep(press.inquiry, press.user),
    "next": _planned,
    "letter": lambda press: True,
    "decline": _declined,
    "duplicate": lambda press: press.inquiry.duplicate_of == press.data["reference"],
    "close": lambda press: _ended(press, Status.CLOSED),
    "reopen": _reopened,
}
