"""Two requests that ask for the same go on as one, and what was decided about two people.

No data moves: each request keeps its own words, and both histories stay.
"""

from typing import Any

from django.db import transaction

from clinic.models import User
from requests import notifications
from requests.models import Comparison, Inquiry
from requests.models.status import OURS_STATUSES, Status

from .base import NotAllowed, SomebodyWasFaster, move, need_assignee, too_late_if_locked

IS_ITSELF = "Choose another request: one cannot go on for itself."
IS_JOINED = "{0} is a duplicate itself. Choose the request that goes on for it."
HAS_JOINED = (
    "Another request was joined into {0}, so {0} is the one to keep. Mark the other one as the duplicate."
)
HAS_ENDED = "{0} has ended, so nobody would answer this patient. Reopen it first, or let this one go on."


def locked(*ids: Any) -> dict[Any, Inquiry]:
    """Always in the same order: two who join the same two requests wait for each other, and none for both.

    Who only looks waits for nobody.
    """
    rows = Inquiry.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def why_not_joined(ending: Inquiry, staying: Inquiry) -> str:
    """Why `ending` cannot become a duplicate of `staying`, or nothing. No chain, no ring."""
    if ending.pk == staying.pk:
        return IS_ITSELF
    if staying.status == Status.DUPLICATE:
        return IS_JOINED.format(staying.reference)
    if ending.duplicates.exists():
        return HAS_JOINED.format(ending.reference)
    return "" if staying.is_open else HAS_ENDED.format(staying.reference)


@too_late_if_locked()
@transaction.atomic
def mark_duplicate(inquiry: Inquiry, *, by: User, of: Inquiry) -> None:
    """End the request because `of` asks for the same; the more urgent and the earlier promise hold for `of`."""
    rows = locked(inquiry.pk, of.pk)
    if of.pk not in rows or inquiry.pk not in rows:
        raise SomebodyWasFaster
    staying = rows[of.pk]
    if words := why_not_joined(rows[inquiry.pk], staying):
        raise NotAllowed(words)
    need_assignee(inquiry)
    move(inquiry, Status.DUPLICATE, by=by, duplicate_of=staying)
    was = {"urgency_before": staying.urgency, "answer_by_before": staying.promised_first}
    take_over(staying, inquiry)
    Comparison.objects.create(
        inquiry=staying, other=inquiry, by=by, what=Comparison.What.GOES_ON,
        urgency_after=staying.urgency, answer_by_after=staying.promised_first, **was,
    )  # fmt: skip
    notifications.news(inquiry)


def take_over(staying: Inquiry, ended: Inquiry) -> None:
    changes: dict[str, Any] = {}
    if ended.urgency > staying.urgency:
        changes["urgency"] = ended.urgency
    if is_owed(ended) and is_owed(staying) and ended.promised_first < staying.promised_first:
        changes |= {name: getattr(ended, name) for name in ("answer_by", "promised_first", "late_since")}
    if ended.patient_wrote_at and not staying.patient_wrote_at:
        changes["patient_wrote_at"] = ended.patient_wrote_at
    if changes:
        Inquiry.objects.filter(pk=staying.pk).update(**changes)
    for name, value in changes.items():
        setattr(staying, name, value)


def is_owed(inquiry: Inquiry) -> bool:
    """Nobody has answered yet. A duplicate was ours until a moment ago."""
    return inquiry.status in (*OURS_STATUSES, Status.DUPLICATE) and inquiry.first_answered_at is None


def split(inquiry: Inquiry, *, by: User, was: Inquiry) -> None:
    """Part of reopening a duplicate: `was` gives back what it took over, unless it changed since."""
    staying = locked(was.pk)[was.pk]
    joined = inquiry_joined(staying, inquiry)
    before = {"urgency_before": staying.urgency, "answer_by_before": staying.promised_first}
    if joined:
        give_back(staying, joined)
    Comparison.objects.create(
        inquiry=staying, other=inquiry, by=by, what=Comparison.What.SPLIT,
        urgency_after=staying.urgency, answer_by_after=staying.promised_first, **before,
    )  # fmt: skip


def inquiry_joined(staying: Inquiry, ended: Inquiry) -> Comparison | None:
    """The decision by which it was joined; requests joined before such decisions were kept have none."""
    found = Comparison.objects.filter(inquiry=staying, other=ended, what=Comparison.What.GOES_ON)
    return found.order_by("-at").first()


def give_back(staying: Inquiry, joined: Comparison) -> None:
    """What another request that was joined since would have raised as well stays raised."""
    others = list(staying.duplicates.exclude(pk=joined.other_id))
    urgency = max([joined.urgency_before or 0, *(row.urgency for row in others)])
    changes: dict[str, Any] = {}
    if staying.urgency == joined.urgency_after and urgency < staying.urgency:
        changes["urgency"] = urgency
    moved = joined.answer_by_before != joined.answer_by_after
    if moved and not others and staying.promised_first == joined.answer_by_after and is_owed(staying):
        day = joined.answer_by_before
        changes |= {"promised_first": day, "answer_by": day, "late_since": None}
    if changes:
        Inquiry.objects.filter(pk=staying.pk).update(**changes)
    for name, value in changes.items():
        setattr(staying, name, value)


@too_late_if_locked()
@transaction.atomic
def tell_apart(inquiry: Inquiry, *, by: User, other: Inquiry) -> bool:
    """Not the same person: nobody is asked again. False when somebody has said so before."""
    if inquiry.pk == other.pk:
        raise NotAllowed("A request is always its own person's.")
    locked(inquiry.pk, other.pk)
    decided = Comparison.objects.filter(what=Comparison.What.DIFFERENT)
    if decided.filter(inquiry=inquiry, other=other).exists():
        return False
    for one, two in ((inquiry, other), (other, inquiry)):
        Comparison.objects.create(inquiry=one, other=two, by=by, what=Comparison.What.DIFFERENT)
    return True
