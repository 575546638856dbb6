"""Whether our mails reached the patient; one that did not is a call to make."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from clinic.models import OutboxMessage
from requests.models import Inquiry
from requests.undelivered import GAVE_UP

RECEIPT = "receipt"
KINDS = {
    RECEIPT: "Receipt of the request",
    "news": "There is news",
    "withdrawn": "Withdrawal confirmed",
    "promise_moved": "We are late, with a new day",
}


@dataclass(frozen=True)
class Mail:
    words: str
    row: OutboxMessage

    @property
    def state(self) -> str:
        if self.row.state in GAVE_UP:
            return "Not delivered"
        return "Sent" if self.row.state == OutboxMessage.State.SENT else "Waiting to be sent"


def of(inquiry: Inquiry) -> list[Mail]:
    rows = OutboxMessage.objects.filter(about=inquiry.pk).defer("context")
    return [Mail(KINDS.get(row.kind, row.kind), row) for row in rows]


def receipt_words(inquiry: Inquiry) -> str:
    """What became of the mail that repeats the slip; where none helps, what to do instead."""
    rows = OutboxMessage.objects.filter(about=inquiry.pk, kind=RECEIPT).defer("context")
    row = rows.order_by("-created_at").first()
    if row is None:
        why = "No receipt was sent" if inquiry.email else "There is no e-mail address"
        return f"{why}: read the reference out, and print or hand over this slip."
    if row.sent_at:
        return f"The receipt was sent to the e-mail address on {moment(row.sent_at)}."
    if row.state in GAVE_UP:
        return "The receipt could not be delivered: read the reference out, and print or hand over this slip."
    if row.failing_since:
        return "The receipt could not be delivered yet. We keep trying for four hours."
    if row.due_at > timezone.now():
        return (
            f"The receipt waits, because this address got several mails. It goes out on {moment(row.due_at)}."
        )
    return "The receipt is on its way to the e-mail address."


def moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "D, M j, Y, g:i A")
