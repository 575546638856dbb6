"""How a request ends, and that it can go on again."""

from django.db import transaction
from django.utils import timezone

from clinic.models import User
from requests import calling, notifications, promise
from requests.models import Inquiry, Note, Sending
from requests.models.status import ENDED_STATUSES, MOVES, UNSETTLED_STATUSES, DeclineReason, Status

from . import joining
from .base import NotAllowed, move, need_assignee, say
from .words import send

ONLY_NOT_REACHED = " If nobody can reach the patient, decline it for that reason."
READ_IT = " If nobody can reach the patient, read the message and answer it in writing."


@transaction.atomic
def decline(inquiry: Inquiry, *, by: User, reason: str, text: str) -> None:
    """End the request with a structured reason and a letter the patient reads."""
    if reason not in Inquiry.DeclineReason.values or not text.strip():
        raise NotAllowed("Give a reason and a letter to the patient.")
    need_assignee(inquiry)
    if reason != DeclineReason.NOT_REACHED and (words := cannot_decline(inquiry)):
        raise NotAllowed(words)
    moves = [Status.DECLINED]
    send(inquiry, by=by, verb=Sending.Verb.DECLINE, text=text, moves=moves, decline_reason=reason)


@transaction.atomic
def close(inquiry: Inquiry, *, by: User, text: str = "") -> None:
    """End the request because nothing more is to do; `text` is shown to the patient."""
    need_assignee(inquiry)
    if words := cannot_close(inquiry):
        raise NotAllowed(words)
    send(inquiry, by=by, verb=Sending.Verb.CLOSE, text=text, moves=[Status.CLOSED])


def cannot_decline(inquiry: Inquiry) -> str:
    """Why every reason but "not reached" has to wait; empty when none has to."""
    return speak_first(inquiry, then="decline it")


def cannot_close(inquiry: Inquiry) -> str:
    """Why this request cannot be closed yet; empty when it can."""
    return speak_first(inquiry, then="close it")


def speak_first(inquiry: Inquiry, *, then: str) -> str:
    """Once a time is offered, somebody has judged the sign, but not what the patient wrote since."""
    presses = inquiry.status in UNSETTLED_STATUSES or calling.wrote_emergency(inquiry)
    words = calling.speak_first(inquiry, then=then) if presses else ""
    if not words:
        return ""
    return words + (ONLY_NOT_REACHED if Status.DECLINED in MOVES[inquiry.status] else READ_IT)


@transaction.atomic
def reopen(inquiry: Inquiry, *, by: User, text: str) -> None:
    """Take an ended request up again, with a new day to answer by; `text` is a note."""
    if inquiry.status not in ENDED_STATUSES:
        raise NotAllowed("The request is open.")
    joined_to = inquiry.duplicate_of
    move(
        inquiry, Status.IN_TRIAGE, by=by,
        decline_reason="", duplicate_of=None, first_answered_at=None,
        **promise.new(timezone.now(), inquiry.urgency),
    )  # fmt: skip
    if joined_to:
        joining.split(inquiry, by=by, was=joined_to)
    say(Note, inquiry, by, text)


@transaction.atomic
def withdraw(inquiry: Inquiry) -> None:
    """The patient takes the request back."""
    move(inquiry, Status.WITHDRAWN, by=None)
    notifications.withdrawn(inquiry)
