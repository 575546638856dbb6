"""Whether our mails reached the patient; one that did not is a call to make."""

from dataclasses import dataclass

from clinic.models import OutboxMessage
from requests.models import Inquiry
from requests.undelivered import GAVE_UP

KINDS = {
    "receipt": "Receipt of the request",
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
