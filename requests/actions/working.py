"""Who has a request, and that somebody looks at it."""

from django.contrib.auth.models import Group
from django.db import transaction

from clinic.models import User
from requests import calling, roles, undelivered
from requests.models import Assignment, Inquiry, Letter
from requests.models.status import Status

from .base import NotAllowed, SomebodyWasFaster, answered, hold_unchanged, move

Reason = Assignment.Reason


@transaction.atomic
def assign(
    inquiry: Inquiry, *, by: User | None, to: User | None = None, role: Group | None = None, reason: str = ""
) -> None:
    """Give the request to a person, to a role, or with neither back to the queue.

    Taking it is assigning it to oneself. A request that was given to a role stays
    with that role while one of its people has it, so that it can go back there.
    """
    if role is None and to is not None and inquiry.role and to.groups.filter(pk=inquiry.role_id).exists():
        role = inquiry.role
    if (to, role) == (inquiry.assignee, inquiry.role):
        raise NotAllowed(f"The request is {place(inquiry)} already.")
    give(inquiry, by=by, to=to, role=role, reason=reason)


def give(inquiry: Inquiry, *, by: User | None, to: User | None, role: Group | None, reason: str = "") -> None:
    """Exactly to these, whatever roles the person has."""
    if to is not None and not (to.is_active and to.is_staff):
        raise NotAllowed("Choose a colleague who works here.")
    as_loaded = Inquiry.objects.filter(
        pk=inquiry.pk, status=inquiry.status, assignee=inquiry.assignee_id, role=inquiry.role_id
    )
    if as_loaded.update(assignee=to, role=role) != 1:
        raise SomebodyWasFaster
    Assignment.objects.create(
        inquiry=inquiry, by=by, to=to, to_role=role, had_it=inquiry.assignee, reason=reason
    )
    inquiry.assignee, inquiry.role = to, role


def place(inquiry: Inquiry) -> str:
    if inquiry.assignee:
        return f"with {inquiry.assignee}"
    return f"with {roles.words(inquiry.role)}" if inquiry.role else "in the queue"


@transaction.atomic
def assign_in_turn(inquiry: Inquiry, *, by: User, role: Group) -> User:
    """Give it to the colleague of the role who is here and got one longest ago."""
    roles.hold_turns()
    to = roles.next_in_turn(role)
    if to is None:
        raise NotAllowed(f"Nobody of {roles.words(role)} is here today. Give it to the role or to a person.")
    assign(inquiry, by=by, to=to, role=role, reason=Reason.IN_TURN)
    return to


@transaction.atomic
def note_letter(inquiry: Inquiry, *, by: User) -> None:
    """A letter by post asks the patient to call: calling has failed, and this is our answer."""
    if not calling.proposes_letter(inquiry):
        raise NotAllowed("Call first: a letter goes out after three calls that failed.")
    hold_unchanged(inquiry)
    Letter.objects.create(inquiry=inquiry, by=by)
    undelivered.reached(inquiry)
    answered(inquiry)


@transaction.atomic
def start_triage(inquiry: Inquiry, *, by: User) -> None:
    move(inquiry, Status.IN_TRIAGE, by=by)
