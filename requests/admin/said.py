"""The browser's Back puts words into a fresh form, so its second sending looks like a first one.

Neither what the page saw nor a key tells the two apart: both are fresh, and only the words are old.
"""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from clinic.models import User
from requests.models import Inquiry, Message, Note, PhoneCall, Sending

from .verbs import Data, Verb

LASTS = timedelta(minutes=10)


class SaidAlready(Exception):
    """The same person saved the same words here a moment ago; nothing was written."""


def refuse_again(chosen: Verb, inquiry: Inquiry, user: User, data: Data) -> None:
    """Without words it may well be a second one, like two calls that nobody answered."""
    text = data.get("text", "").strip()
    said = _said(chosen, inquiry, data) if text else None
    # The text is encrypted, so it is compared here.
    if said and any(one.text.strip() == text for one in said.filter(by=user, at__gt=timezone.now() - LASTS)):
        raise SaidAlready


def _said(
    chosen: Verb, inquiry: Inquiry, data: Data
) -> QuerySet[Note] | QuerySet[PhoneCall] | QuerySet[Message] | None:
    """Records of this verb. Other verbs with words change the request, so that they cannot be done twice."""
    if chosen.slug == "note":
        return Note.objects.filter(inquiry=inquiry)
    if chosen.slug == "phone":
        return PhoneCall.objects.filter(inquiry=inquiry, outcome=data["outcome"])
    if chosen.slug == "write":
        return Message.objects.filter(inquiry=inquiry, sending__verb=Sending.Verb.WRITE, sending__undo=None)
    return None
