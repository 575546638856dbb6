"""What no mail told the patient: a call to make, until somebody has made it."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from clinic.models import OutboxMessage
from clinic.quick import OneOf, Written, one_of
from requests.models import Inquiry, StatusChange
from requests.models.sending import HELD_FOR
from requests.models.status import ENDED_STATUSES

GAVE_UP = (OutboxMessage.State.FAILED, OutboxMessage.State.PARKED)
# It confirms what the patient just did and saw on the page.
NEEDS_NO_CALL = "withdrawn"


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
    """For requests, whatever their state. One list of ids: two conditions would read every request."""
    told_by_no_mail = mails().order_by().values("about")
    ids = told_by_no_mail.union(Inquiry.objects.untold().values("pk"), all=True)
    return Q(OneOf(F("pk"), ArraySubquery(ids)))


def calls(inquiries: Iterable[Inquiry]) -> dict[UUID, Call]:
    """Which of these need a call, and why."""
    shown = list(inquiries)
    found = {inquiry.pk: NEW_DAY for inquiry in shown if inquiry.is_untold}
    return found | dict.fromkeys(to_phone([inquiry.pk for inquiry in shown]), NOT_DELIVERED)


def mails() -> QuerySet[OutboxMessage]:
    """Given up, and nobody has spoken to the patient since."""
    return _unsettled().filter(about__isnull=False).exclude(kind=NEEDS_NO_CALL)


def to_phone(ids: list[UUID]) -> set[UUID]:
    """Which of these requests need a call because a mail did not arrive."""
    return {about for (about,) in undelivered_mails.rows(ids)}


undelivered_mails = Written(
    "undelivered_mails", lambda ids: mails().filter(one_of("about", ids)).order_by().values_list("about")
)


def reached(inquiry: Inquiry) -> None:
    """Somebody spoke to the patient or posted a letter, so no mail of before asks for a call."""
    _unsettled().filter(about=inquiry.pk).update(settled_at=timezone.now())


def settle() -> None:
    """What was written before the end asks for no call any more; what tells of the end does until it is told.

    Set aside, so that years of it slow no list down; not yet while the end can be taken back.
    """
    ends = StatusChange.objects.filter(inquiry=OuterRef("about"), inquiry__status__in=ENDED_STATUSES)
    later = ends.filter(new__in=ENDED_STATUSES, at__gt=OuterRef("created_at"))
    for_good = later.filter(at__lt=timezone.now() - HELD_FOR)
    for mails_of_before in (_unsettled().filter(Exists(for_good)), _unsettled().filter(kind=NEEDS_NO_CALL)):
        mails_of_before.update(settled_at=timezone.now())


def _unsettled() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(state__in=GAVE_UP, settled_at=None)
