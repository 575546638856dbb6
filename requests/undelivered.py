"""What no mail told the patient: a call to make, until somebody has made it."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clinic.models import OutboxMessage
from requests.models import Inquiry, PhoneCall

GAVE_UP = (OutboxMessage.State.FAILED, OutboxMessage.State.PARKED)


class Call(NamedTuple):
    """Why the patient has to be phoned: for a row of a list, and on the page of the request."""

    tag: str
    sentence: str


NOT_DELIVERED = Call("Phone: mail not delivered", "Phone the patient: a mail could not be delivered.")
NEW_DAY = Call(
    "Phone: tell the new day",
    "Phone the patient: we are late, and there is no e-mail address to tell the new day.",
)


def owed_calls() -> Q:
    """For requests, whatever their state."""
    return Q(pk__in=mails().values("about")) | Q(pk__in=Inquiry.objects.untold().values("pk"))


def calls(inquiries: Iterable[Inquiry]) -> dict[UUID, Call]:
    """Which of these need a call, and why."""
    shown = list(inquiries)
    found = {inquiry.pk: NEW_DAY for inquiry in shown if inquiry.is_untold}
    return found | dict.fromkeys(to_phone([inquiry.pk for inquiry in shown]), NOT_DELIVERED)


def mails() -> QuerySet[OutboxMessage]:
    """Given up, and nobody has spoken to the patient since."""
    return _unsettled().filter(~Exists(_spoken()), about__isnull=False)


def to_phone(ids: list[UUID]) -> set[UUID]:
    """Which of these requests need a call because a mail did not arrive."""
    return set(mails().filter(about__in=ids).values_list("about", flat=True))  # type: ignore[arg-type]


def settle() -> None:
    """Set those aside that ask for nothing any more, so that years of them slow no list down."""
    ended = Inquiry.objects.filter(pk=OuterRef("about")).ended()
    done = _unsettled().filter(Q(Exists(_spoken())) | Q(Exists(ended)))
    done.update(settled_at=timezone.now())


def _unsettled() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(state__in=GAVE_UP, settled_at=None)


def _spoken() -> QuerySet[PhoneCall]:
    return PhoneCall.objects.filter(
        inquiry_id=OuterRef("about"), outcome__in=PhoneCall.REACHED, at__gte=OuterRef("gave_up_at")
    )
