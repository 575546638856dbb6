"""Who has a request, and that somebody looks at it."""

from django.db import transaction

from clinic.models import User
from requests.models import Assignment, Inquiry
from requests.models.status import Status

from .base import NotAllowed, SomebodyWasFaster, move


@transaction.atomic
def assign(inquiry: Inquiry, *, by: User, to: User | None) -> None:
    """Give the request to `to`, or back to nobody; taking it is assigning it to oneself."""
    if to is not None and not (to.is_active and to.is_staff):
        raise NotAllowed("Choose a colleague who works here.")
    unchanged = Inquiry.objects.filter(pk=inquiry.pk, status=inquiry.status, assignee=inquiry.assignee_id)
    if unchanged.update(assignee=to) != 1:
        raise SomebodyWasFaster
    inquiry.assignee = to
    Assignment.objects.create(inquiry=inquiry, by=by, to=to)


@transaction.atomic
def start_triage(inquiry: Inquiry, *, by: User) -> None:
    move(inquiry, Status.IN_TRIAGE, by=by)
