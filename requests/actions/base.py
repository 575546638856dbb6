"""What every verb is made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from clinic.models import User
from requests import promise
from requests.models import Inquiry, Message, Note, PhoneCall, Sending, StatusChange
from requests.models.status import ENDED_STATUSES, MOVES, Status


class NotAllowed(Exception):
    """The move is not in the table, or something it needs is missing; the text says what."""


class SomebodyWasFaster(Exception):
    """The request changed since it was loaded, or somebody has it for too long; nothing was written."""


@contextmanager
def too_late_if_locked() -> Iterator[None]:
    """Whoever waits too long for a row is too late as well. Around the transaction, which is over then."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise SomebodyWasFaster from error
        raise


def move(
    inquiry: Inquiry, new: str, *, by: User | None, sending: Sending | None = None, **changes: Any
) -> None:
    old = inquiry.status
    if new not in MOVES[old]:
        raise NotAllowed(
            f"A request that is {Status(old).label.lower()} cannot become {Status(new).label.lower()}."
        )
    if new in ENDED_STATUSES:  # reopened, it must not sleep on
        changes["snoozed_until"] = None
    seen = Inquiry.objects.filter(pk=inquiry.pk, status=old, assignee=inquiry.assignee_id)
    if seen.update(status=new, **changes) != 1:
        raise SomebodyWasFaster
    inquiry.status = new
    for name, value in changes.items():
        setattr(inquiry, name, value)
    StatusChange.objects.create(inquiry=inquiry, by=by, old=old, new=new, sending=sending)


def hold_unchanged(inquiry: Inquiry) -> None:
    """Lock the row; refuse when it is no longer as it was loaded."""
    seen = Inquiry.objects.filter(pk=inquiry.pk, status=inquiry.status, assignee=inquiry.assignee_id)
    if not seen.select_for_update(no_key=True).exists():
        raise SomebodyWasFaster


def need_assignee(inquiry: Inquiry) -> None:
    if inquiry.assignee_id is None:
        raise NotAllowed("Take the request first: whoever decides answers for it.")


def say(kind: type[Note | Message | PhoneCall], inquiry: Inquiry, by: User, text: str, **fields: Any) -> None:
    """A later change of the author's role must not show these words to others, so it is kept with them."""
    is_clinical = by.has_perm("requests.read_clinical")
    kind.objects.create(inquiry=inquiry, by=by, text=text, is_clinical=is_clinical, **fields)


def answered(inquiry: Inquiry, *, by: User | None = None) -> None:
    """Keep the first moment at which the patient heard from us.

    `by` answers what the patient wrote as well, if their role let them read it.
    """
    now = timezone.now()
    promise.mark_late(inquiry)
    if Inquiry.objects.filter(pk=inquiry.pk, first_answered_at=None).update(first_answered_at=now):
        inquiry.first_answered_at = now
    if by is not None and by.has_perm("requests.read_clinical"):
        Inquiry.objects.filter(pk=inquiry.pk).update(patient_wrote_at=None)
        inquiry.patient_wrote_at = None
