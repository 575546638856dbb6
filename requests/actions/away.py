"""People go away and come back; their open requests do not wait for them."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import User
from requests.models import Absence, Assignment, Inquiry

from .base import NotAllowed, SomebodyWasFaster, too_late_if_locked
from .working import assign

Reason = Assignment.Reason


@too_late_if_locked()
@transaction.atomic
def enter_absence(*, by: User, user: User, starts_on: date, ends_on: date) -> Absence:
    """When it begins today or has begun, the person's requests go back at once."""
    if ends_on < max(starts_on, local_today()):
        raise NotAllowed("Choose a last day that is not over and not before the first day.")
    absence = Absence.objects.create(user=user, starts_on=starts_on, ends_on=ends_on, entered_by=by)
    if starts_on <= local_today():
        _hand_back_for(absence, by=by)
    return absence


@transaction.atomic
def end_absence(absence: Absence) -> None:
    """Forget one that has not begun; end one that has, because the person is back."""
    if absence.starts_on > local_today():
        absence.delete()
        return
    Absence.objects.filter(pk=absence.pk, returned_at=None).update(returned_at=timezone.now())


def hand_back_due() -> None:
    """For the worker: absences that begin today, and accounts that were closed.

    Every request moves by itself and with a history row; two workers at once, or one
    that was stopped half way, move none twice.
    """
    for pk in Absence.objects.to_hand_back().values_list("pk", flat=True):
        with transaction.atomic():
            free = Absence.objects.to_hand_back().select_for_update(skip_locked=True).filter(pk=pk)
            for absence in free:
                _hand_back_for(absence, by=None)
    closed = User.objects.exclude(is_active=True, is_staff=True)
    for user in closed.filter(Exists(Inquiry.objects.open().filter(assignee=OuterRef("pk")))):
        hand_back(user, by=None, reason=Reason.LEFT)


def _hand_back_for(absence: Absence, *, by: User | None) -> None:
    hand_back(absence.user, by=by, reason=Reason.ABSENCE)
    absence.handed_back_at = timezone.now()
    absence.save(update_fields=["handed_back_at"])


def hand_back(user: User, *, by: User | None, reason: str) -> int:
    """All that the person has open goes back to the role that it was given to, or to the queue."""
    moved = 0
    held = Inquiry.objects.open().filter(assignee=user).most_pressing_first()
    for inquiry in held.select_related("assignee", "role"):
        try:
            assign(inquiry, by=by, to=None, role=inquiry.role, reason=reason)
        except SomebodyWasFaster:
            continue  # somebody else has just taken it, or it has ended
        moved += 1
    return moved
