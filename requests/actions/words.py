"""Words to the patient wait a moment before they show, so that they can be taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pgtrigger
from django.db import transaction
from django.utils import timezone

from clinic import outbox
from clinic.models import User
from requests import notifications, promise
from requests.models import Inquiry, Message, PhoneCall, Sending, StatusChange, Undo
from requests.models.sending import UNDO_FOR
from requests.models.status import ENDED_STATUSES, Status

from .base import NotAllowed, answered, hold_unchanged, move, say, too_late_if_locked

TOO_LATE = (
    "It is too late to undo: the patient can read it now. Write another message that puts it right, or phone."
)


def send(
    inquiry: Inquiry, *, by: User, verb: str, text: str, moves: Sequence[str] = (), **changes: Any
) -> Sending:
    """The new state, the words and the mail of one sending; the patient gets none of it before its time."""
    hold_unchanged(inquiry)
    inquiry.refresh_from_db(fields=["first_answered_at", "patient_wrote_at", "snoozed_until"])
    sending = Sending.objects.create(
        inquiry=inquiry, by=by, verb=verb,
        was_first=inquiry.first_answered_at is None, patient_wrote_at=inquiry.patient_wrote_at,
        snoozed_until=inquiry.snoozed_until,
    )  # fmt: skip
    for new in moves:
        move(inquiry, new, by=by, sending=sending, **(changes if new == moves[-1] else {}))
    if text.strip():
        say(Message, inquiry, by, text, sending=sending)
    answered(inquiry, by=by)
    notifications.news(inquiry, sending=sending)
    return sending


@too_late_if_locked()
@transaction.atomic
def undo(sending: Sending, *, by: User) -> None:
    """Take the words back; the request stands as before. A second click changes nothing.

    The row of the mail decides against a worker: it is deleted here or leased there.
    """
    inquiry = Inquiry.objects.select_for_update(no_key=True).get(pk=sending.inquiry_id)
    if sending.by_id != by.pk:
        raise NotAllowed("Only the person who sent it can take it back.")
    if Undo.objects.filter(sending=sending).exists():
        return
    if timezone.now() >= sending.at + UNDO_FOR or not outbox.take_back(sending.pk):
        raise NotAllowed(TOO_LATE)
    Undo.objects.create(inquiry=inquiry, by=by, sending=sending)
    _put_back(inquiry, sending, by)


def hold_back(inquiry: Inquiry) -> None:
    """The patient wrote before reading that the request ended: it goes on, and they never read that.

    The row is locked. A mail already being sent says only that there is news.
    """
    sending = Sending.objects.get(changes=inquiry.statuschanges.latest("at"))
    outbox.take_back(sending.pk)
    Undo.objects.create(inquiry=inquiry, by=None, sending=sending)
    move(
        inquiry, Status.IN_TRIAGE, by=None, sending=sending,
        decline_reason="", first_answered_at=None,
        patient_wrote_at=inquiry.patient_wrote_at or sending.patient_wrote_at,
        **promise.again(inquiry, is_owed=sending.was_first),
    )  # fmt: skip
    # Its end woke it without a record; the patient's words do it with one.
    inquiry.snoozed_until = sending.snoozed_until


def _put_back(inquiry: Inquiry, sending: Sending, by: User) -> None:
    """As it was, but for what others did meanwhile."""
    was: dict[str, Any] = {}
    heard = _heard_otherwise(inquiry, sending)
    if sending.was_first:
        was["first_answered_at"] = heard
    if heard is None and inquiry.patient_wrote_at is None:
        was["patient_wrote_at"] = sending.patient_wrote_at
    changes = list(sending.changes.order_by("at"))
    goes_back = bool(changes) and inquiry.statuschanges.latest("at") == changes[-1]
    if goes_back:
        was |= {"status": changes[0].old, "decline_reason": ""}
        if inquiry.status in ENDED_STATUSES:
            was["snoozed_until"] = sending.snoozed_until
        StatusChange.objects.create(
            inquiry=inquiry, by=by, old=inquiry.status, new=changes[0].old, sending=sending
        )
    # The table of moves has no way back; for the patient, what is taken back never was.
    with pgtrigger.ignore("requests.Inquiry:inquiry_moves"):
        Inquiry.objects.filter(pk=inquiry.pk).update(**was)


def _heard_otherwise(inquiry: Inquiry, sending: Sending) -> datetime | None:
    """When the patient heard from us since, by another message or on the phone."""
    others = inquiry.sendings.filter(at__gte=sending.at, undo=None).exclude(pk=sending.pk)
    calls = inquiry.phonecalls.filter(at__gte=sending.at, outcome__in=PhoneCall.REACHED)
    return min([record.at for query in (others, calls) for record in query], default=None)
