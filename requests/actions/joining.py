"""Two requests that ask for the same go on as one, and what was decided about two people.

No data moves: each request keeps its own words, and both histories stay.
"""

from typing import Any

from django.db import transaction

from clinic.models import User
from requests import calling, notifications
from requests.models import Comparison, Inquiry
from requests.models.status import OURS_STATUSES, UNSETTLED_STATUSES, Status, Urgency

from .base import NotAllowed, SomebodyWasFaster, move, need_assignee, too_late_if_locked
from .planning import wake

IS_ITSELF = "Choose another request: one cannot go on for itself."
IS_JOINED = "{0} is a duplicate itself. Choose the request that goes on for it."
HAS_JOINED = (
    "Another request was joined into {0}, so {0} is the one to keep. Mark the other one as the duplicate."
)
HAS_TIMES = (
    "{0} has the status “{1}”, so nobody would see there that {2} still needs {3}."
    " {4}, save it in {2}, and join the two then."
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
    if not staying.is_open:
        return HAS_ENDED.format(staying.reference)
    return needs_us_first(ending, staying)


def needs_us_first(ending: Inquiry, staying: Inquiry) -> str:
    """Once times are offered nobody looks there for a sign or a promise, and no move back keeps the times."""
    if staying.status in UNSETTLED_STATUSES:
        return ""
    if ending.status in UNSETTLED_STATUSES and calling.speak_first(ending, then=""):
        needs = ("a call about its urgent sign", "Call the patient")
    elif ending.is_owed:
        needs = ("an answer", "Call the patient or write to them")
    else:
        return ""
    return HAS_TIMES.format(staying.reference, staying.get_status_display(), ending.reference, *needs)


@too_late_if_locked()
@transaction.atomic
def mark_duplicate(inquiry: Inquiry, *, by: User, of: Inquiry) -> None:
    """End the request because `of` asks for the same.

    The more urgent and the earlier promise hold for `of`, which comes back to us if this one was ours.
    """
    rows = locked(inquiry.pk, of.pk)
    if of.pk not in rows or inquiry.pk not in rows:
        raise SomebodyWasFaster
    staying = rows[of.pk]
    if words := why_not_joined(rows[inquiry.pk], staying):
        raise NotAllowed(words)
    need_assignee(inquiry)
    move(inquiry, Status.DUPLICATE, by=by, duplicate_of=staying)
    was = {"urgency_before": staying.urgency, "answer_by_before": staying.promised_first}
    take_over(staying, rows[inquiry.pk], by=by)
    Comparison.objects.create(
        inquiry=staying, other=inquiry, by=by, what=Comparison.What.GOES_ON,
        urgency_after=staying.urgency, answer_by_after=staying.promised_first, **was,
    )  # fmt: skip
    notifications.news(inquiry)


def take_over(staying: Inquiry, ended: Inquiry, *, by: User) -> None:
    """`ended` as it was before it ended."""
    changes: dict[str, Any] = {}
    if ended.urgency > staying.urgency:
        changes["urgency"] = ended.urgency
    if takes_promise(staying, ended):
        changes |= {name: getattr(ended, name) for name in ("answer_by", "promised_first")}
        changes |= {"late_since": ended.late_since or staying.late_since, "first_answered_at": None}
    if ended.patient_wrote_at and not staying.patient_wrote_at:
        changes["patient_wrote_at"] = ended.patient_wrote_at
    if comes_back(staying, ended):
        move(staying, Status.IN_TRIAGE, by=by, **changes)
    else:
        change(staying, changes)
    if presses(ended):
        wake(staying, by=by)


def change(inquiry: Inquiry, changes: dict[str, Any]) -> None:
    if changes:
        Inquiry.objects.filter(pk=inquiry.pk).update(**changes)
    for name, value in changes.items():
        setattr(inquiry, name, value)


def comes_back(staying: Inquiry, ended: Inquiry) -> bool:
    """It waits for the patient, who waits for us in the other one."""
    return staying.status == Status.AWAITING_PATIENT and ended.status in OURS_STATUSES


def takes_promise(staying: Inquiry, ended: Inquiry) -> bool:
    """The earlier one; one that was kept already is over when the request comes back to us."""
    if not ended.is_owed:
        return False
    if staying.first_answered_at:
        return comes_back(staying, ended)
    is_ours = staying.is_owed or comes_back(staying, ended)
    return is_ours and ended.promised_first < staying.promised_first


def presses(ended: Inquiry) -> bool:
    """Whatever goes on for it must not sleep."""
    return ended.status in OURS_STATUSES or ended.urgency > Urgency.ROUTINE or bool(ended.patient_wrote_at)


def split(inquiry: Inquiry, *, by: User, was: Inquiry) -> None:
    """Part of reopening a duplicate: `was` gives back what it took over, unless it changed since.

    What it came back for stays ours and awake: somebody has to look before it waits again.
    """
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
    is_as_joined = staying.is_owed and staying.promised_first == joined.answer_by_after
    if moved and not others and is_as_joined and not came_back(staying, joined):
        day = joined.answer_by_before
        changes |= {"promised_first": day, "answer_by": day, "late_since": None}
    change(staying, changes)


def came_back(staying: Inquiry, joined: Comparison) -> bool:
    """It was brought back by joining; the promise it had before was kept, and is none to go back to."""
    before = staying.statuschanges.filter(at__lte=joined.at).latest("at")
    moved = (before.old, before.new, before.by_id)
    return moved == (Status.AWAITING_PATIENT, Status.IN_TRIAGE, joined.by_id)


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
