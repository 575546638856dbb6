"""Words to the patient, about the patient and on the phone."""

from django.db import transaction

from clinic.models import User
from requests import notifications
from requests.models import Inquiry, Message, Note, PhoneCall
from requests.models.status import Status

from .base import NotAllowed, answered, hold_unchanged, move, say

REACHED = (PhoneCall.Outcome.REACHED, PhoneCall.Outcome.REACHED_CONTACT)


@transaction.atomic
def write_to_patient(inquiry: Inquiry, *, by: User, text: str, wait_for_answer: bool) -> None:
    """Put words on the status page and mail that there is news."""
    if not inquiry.is_open:
        raise NotAllowed("Reopen the request before you write.")
    if wait_for_answer and inquiry.status == Status.NEW:
        move(inquiry, Status.IN_TRIAGE, by=by)
    if wait_for_answer and inquiry.status != Status.AWAITING_PATIENT:
        move(inquiry, Status.AWAITING_PATIENT, by=by)
    else:
        hold_unchanged(inquiry)
    say(Message, inquiry, by, text)
    answered(inquiry)
    notifications.news(inquiry)


@transaction.atomic
def add_note(inquiry: Inquiry, *, by: User, text: str) -> None:
    say(Note, inquiry, by, text)


@transaction.atomic
def log_phone_call(inquiry: Inquiry, *, by: User, outcome: str, text: str = "") -> None:
    """Refuses "left a message" where the patient asked for none."""
    if outcome == PhoneCall.Outcome.VOICEMAIL and inquiry.voicemail == "no":
        raise NotAllowed("The patient asked us to leave no message.")
    say(PhoneCall, inquiry, by, text, outcome=outcome)
    if outcome in REACHED:
        answered(inquiry)
