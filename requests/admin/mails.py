"""Whether our mails reached the patient; one that did not is a call to make."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from clinic.models import OutboxMessage
from requests.models import Inquiry, PhoneCall

KINDS = {"receipt": "Receipt of the request", "news": "There is news", "withdrawn": "Withdrawal confirmed"}
GAVE_UP = (OutboxMessage.State.FAILED, OutboxMessage.State.PARKED)


@dataclass(frozen=True)
class Mail:
    words: str
    row: OutboxMessage

    @property
    def state(self) -> str:
        if self.row.state in GAVE_UP:
            return "Not delivered"
        return "Sent" if self.row.state == OutboxMessage.State.SENT else "Waiting to be sent"


def undelivered() -> QuerySet[OutboxMessage]:
    """Given up, and nobody has spoken to the patient since."""
    spoken = PhoneCall.objects.filter(
        inquiry_id=OuterRef("about"),
        outcome__in=("reached", "reached_contact"),
        at__gte=OuterRef("gave_up_at"),
    )
    return OutboxMessage.objects.filter(~Exists(spoken), state__in=GAVE_UP, about__isnull=False)


def to_phone(ids: list[UUID]) -> set[UUID]:
    """Which of these requests need a call because a mail did not arrive."""
    return set(undelivered().filter(about__in=ids).values_list("about", flat=True))  # type: ignore[arg-type]


def of(inquiry: Inquiry) -> list[Mail]:
    rows = OutboxMessage.objects.filter(about=inquiry.pk).defer("context")
    return [Mail(KINDS.get(row.kind, row.kind), row) for row in rows]
