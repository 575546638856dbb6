"""Words to the patient, about the patient and on the phone."""

from uuid import uuid5

from django.db import transaction
from django.utils import timezone

from clinic.models import User
from procedures.emergency_words import is_emergency
from requests import calling, held, undelivered
from requests.models import Flag, Inquiry, Message, Note, PhoneCall, Sending, Settlement, Snooze
from requests.models.status import Status, Urgency

from .base import NotAllowed, SomebodyWasFaster, answered, move, say
from .words import hold_back, send


@transaction.atomic
def write_to_patient(inquiry: Inquiry, *, by: User, text: str, wait_for_answer: bool) -> None:
    """Words for the status page, and a mail that there is news."""
    if not inquiry.is_open:
        raise NotAllowed("Reopen the request before you write.")
    moves: list[str] = []
    if wait_for_answer and inquiry.status != Status.AWAITING_PATIENT:
        through = [Status.IN_TRIAGE] if inquiry.status == Status.NEW else []
        moves = [*through, Status.AWAITING_PATIENT]
    send(inquiry, by=by, verb=Sending.Verb.WRITE, text=text, moves=moves)


@transaction.atomic
def hear_from_patient(inquiry: Inquiry, *, text: str, form: str) -> Message:
    """The patient's words bring the request back to us; the same form sent twice gives one message."""
    inquiry = Inquiry.objects.select_for_update(no_key=True).get(pk=inquiry.pk)
    key = uuid5(inquiry.pk, f"{form} {text}")
    if already := Message.objects.filter(pk=key).first():
        return already
    if not held.as_shown(inquiry).is_open:
        raise NotAllowed("This request has ended.")
    now = timezone.now()
    if is_emergency(text):
        _call_today(inquiry, text)
    if not inquiry.is_open:
        hold_back(inquiry)
    elif inquiry.status == Status.AWAITING_PATIENT:
        move(inquiry, Status.IN_TRIAGE, by=None)
    Inquiry.objects.filter(pk=inquiry.pk).update(
        patient_wrote_at=inquiry.patient_wrote_at or now, snoozed_until=None
    )
    if inquiry.snoozed_until:
        Snooze.objects.create(inquiry=inquiry, by=None)
    return Message.objects.create(id=key, inquiry=inquiry, by=None, text=text)


def _call_today(inquiry: Inquiry, text: str) -> None:
    """Words that sound like an emergency go to the top of the queue, as an answer of the form would.

    A rule has one flag: raised again, it holds the newest words, and no call before them counts.
    """
    if inquiry.urgency == Urgency.ROUTINE:
        inquiry.urgency = Urgency.URGENT
        inquiry.save(update_fields=["urgency"])
    flag = inquiry.flags.filter(rule=calling.SOUNDS_URGENT).first()
    if flag is None:
        Flag.objects.create(
            inquiry=inquiry, rule=calling.SOUNDS_URGENT, rule_version=1, severity=Flag.Severity.URGENT,
            words="A message from the patient sounds like an emergency: phone at once", answer=text,
        )  # fmt: skip
        return
    flag.raised_at, flag.answer = timezone.now(), text
    flag.save(update_fields=["raised_at", "answer"])


@transaction.atomic
def settle(inquiry: Inquiry, *, by: User) -> None:
    """Somebody read what the patient wrote; it needs no answer."""
    seen = Inquiry.objects.filter(pk=inquiry.pk, patient_wrote_at=inquiry.patient_wrote_at)
    if inquiry.patient_wrote_at is None or seen.update(patient_wrote_at=None) != 1:
        raise SomebodyWasFaster
    inquiry.patient_wrote_at = None
    Settlement.objects.create(inquiry=inquiry, by=by)


@transaction.atomic
def add_note(inquiry: Inquiry, *, by: User, text: str) -> None:
    say(Note, inquiry, by, text)


@transaction.atomic
def log_phone_call(inquiry: Inquiry, *, by: User, outcome: str, text: str = "") -> None:
    """Refuses "left a message" where the patient asked for none."""
    if outcome == PhoneCall.Outcome.VOICEMAIL and inquiry.voicemail == "no":
        raise NotAllowed("The patient asked us to leave no message.")
    say(PhoneCall, inquiry, by, text, outcome=outcome)
    if outcome in PhoneCall.REACHED:
        undelivered.reached(inquiry)
        answered(inquiry, by=by)
