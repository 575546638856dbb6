"""What the patient and the clinic wrote to each other, and what was just sent and can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from clinic.models import User
from requests.models import Inquiry, Message, Sending
from requests.models.sending import UNDO_FOR

from .history import undone


@dataclass(frozen=True)
class Said:
    """`shows_at`: the patient does not see it before; hidden words are for clinical roles."""

    who: str
    at: datetime
    text: str
    is_ours: bool
    is_hidden: bool
    is_undone: bool
    shows_at: datetime | None


@dataclass(frozen=True)
class Offer:
    """The undo of what this person just sent."""

    sending: Sending

    @property
    def until(self) -> datetime:
        return self.sending.at + UNDO_FOR

    @property
    def seconds(self) -> int:
        return max(0, int((self.until - timezone.now()).total_seconds()))


def context(inquiry: Inquiry, user: User) -> dict[str, Any]:
    may_read = user.has_perm("requests.read_clinical")
    messages = Message.objects.filter(inquiry=inquiry).select_related("by", "sending__undo").order_by("at")
    return {
        "thread": [said(message, may_read=may_read) for message in messages],
        "undo": offer(inquiry, user),
    }


def said(message: Message, *, may_read: bool) -> Said:
    hidden = message.is_clinical and not may_read
    sending, now = message.sending, timezone.now()
    waits = sending is not None and sending.shows_at > now and undone(sending) is None
    return Said(
        who=str(message.by) if message.by else "The patient",
        at=message.at,
        text="" if hidden else message.text,
        is_ours=message.by is not None,
        is_hidden=hidden,
        is_undone=undone(sending) is not None,
        shows_at=sending.shows_at if sending and waits else None,
    )


def offer(inquiry: Inquiry, user: User) -> Offer | None:
    """Only the newest of this person's, while there is time."""
    since = timezone.now() - UNDO_FOR
    newest = Sending.objects.filter(inquiry=inquiry, by=user, at__gt=since, undo=None).order_by("-at").first()
    return Offer(newest) if newest else None
