"""Mails that did not reach the patient: a call to make, until somebody has made it."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clinic.models import OutboxMessage
from requests.models import Inquiry, PhoneCall

GAVE_UP = (OutboxMessage.State.FAILED, OutboxMessage.State.PARKED)


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
