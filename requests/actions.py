"""Every change of state, one verb each.

A verb compares with the status and assignee that the given inquiry was loaded
with, changes exactly one row or raises SomebodyWasFaster, writes the history row
and puts its messages into the outbox, all in one transaction.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic import calendar
from clinic.models import User

from . import notifications, safety
from .models import Assignment, Draft, Flag, Inquiry, Message, Note, PhoneCall, StatusChange
from .models.status import ENDED_STATUSES, MOVES, Status, Urgency
from .tokens import new_token, token_hash

TOPICS = {
    "first_visit": "First visit",
    "cluneal_nerve_block": "Cluneal nerve block",
    "other_procedure": "Another procedure",
    "follow_up": "Follow-up",
    "second_opinion": "Second opinion",
    "not_sure": "Not sure",
}
REACHED = (PhoneCall.Outcome.REACHED, PhoneCall.Outcome.REACHED_CONTACT)


class NotAllowed(Exception):
    """The move is not in the table, or something it needs is missing; the text says what."""


class SomebodyWasFaster(Exception):
    """The request changed since it was loaded; nothing was written."""


@transaction.atomic
def submit(*, draft: Draft) -> Inquiry:
    """Turn the draft into a request; the same draft always gives the same request.

    Raises NotAllowed while a red flag stands (R3) and Draft.DoesNotExist when the
    draft is gone.
    """
    draft = Draft.objects.select_for_update().select_related("safety_text").get(pk=draft.pk)
    if draft.inquiry_id:
        return Inquiry.objects.get(pk=draft.inquiry_id)
    if draft.is_stopped or not draft.answers:
        raise NotAllowed("This request cannot be sent.")
    inquiry = _inquiry_from(draft)
    draft.inquiry, draft.answers, draft.resume_hash = inquiry, {}, None
    draft.save()
    StatusChange.objects.create(inquiry=inquiry, new=Status.NEW)
    notifications.receipt(inquiry)
    return inquiry


def _inquiry_from(draft: Draft) -> Inquiry:
    answers, now, token = draft.answers, timezone.now(), new_token()
    flags = safety.flags_for(answers, red_flag_changed=draft.red_flag_changed, shown=draft.safety_text)
    urgency = safety.urgency_of(flags)
    inquiry = Inquiry.objects.create(
        token=token,
        token_hash=token_hash(token),
        draft_id=draft.pk,
        urgency=urgency,
        submitted_at=now,
        answer_by=calendar.answer_by(now, urgent=urgency > Urgency.ROUTINE),
        edition_id=draft.edition_id,
        safety_text_id=draft.safety_text_id,
        topic=TOPICS.get(answers.get("topic", ""), "Not sure"),
        answers=answers,
        **_contact_columns(answers),
    )
    # One by one: encryption needs each row's own key, and there are few.
    for flag in flags:
        Flag.objects.create(
            inquiry=inquiry, rule=flag.rule, rule_version=flag.version,
            severity=flag.severity, words=flag.words, answer=flag.answer,
        )  # fmt: skip
    return inquiry


def _contact_columns(answers: dict[str, Any]) -> dict[str, Any]:
    text = {
        column: answers.get(key, "")
        for column, key in (
            ("first_name", "first_name"),
            ("last_name", "last_name"),
            ("preferred_name", "preferred_name"),
            ("date_of_birth", "date_of_birth"),
            ("contact_name", "helper_name"),
            ("contact_relationship", "helper_relationship"),
            ("contact_phone", "helper_phone"),
            ("phone", "phone"),
            ("phone_as_typed", "phone_typed"),
            ("email", "email"),
            ("channel", "channel"),
            ("voicemail", "voicemail"),
        )
    }
    return text | {"language": answers.get("language_other") or answers.get("language", "en")}


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
    _move(inquiry, Status.IN_TRIAGE, by=by)


@transaction.atomic
def write_to_patient(inquiry: Inquiry, *, by: User, text: str, wait_for_answer: bool) -> None:
    """Put words on the status page and mail that there is news."""
    if not inquiry.is_open:
        raise NotAllowed("Reopen the request before you write.")
    if wait_for_answer and inquiry.status == Status.NEW:
        _move(inquiry, Status.IN_TRIAGE, by=by)
    if wait_for_answer and inquiry.status != Status.AWAITING_PATIENT:
        _move(inquiry, Status.AWAITING_PATIENT, by=by)
    else:
        _hold_unchanged(inquiry)
    _say(Message, inquiry, by, text)
    _answered(inquiry)
    notifications.news(inquiry)


@transaction.atomic
def add_note(inquiry: Inquiry, *, by: User, text: str) -> None:
    _say(Note, inquiry, by, text)


@transaction.atomic
def log_phone_call(inquiry: Inquiry, *, by: User, outcome: str, text: str = "") -> None:
    """Refuses "left a message" where the patient asked for none."""
    if outcome == PhoneCall.Outcome.VOICEMAIL and inquiry.voicemail == "no":
        raise NotAllowed("The patient asked us to leave no message.")
    _say(PhoneCall, inquiry, by, text, outcome=outcome)
    if outcome in REACHED:
        _answered(inquiry)


@transaction.atomic
def decline(inquiry: Inquiry, *, by: User, reason: str, text: str) -> None:
    """End the request with a structured reason and a letter the patient reads."""
    if reason not in Inquiry.DeclineReason.values or not text.strip():
        raise NotAllowed("Give a reason and a letter to the patient.")
    _need_assignee(inquiry)
    _move(inquiry, Status.DECLINED, by=by, decline_reason=reason)
    _say(Message, inquiry, by, text)
    _answered(inquiry)
    notifications.news(inquiry)


@transaction.atomic
def mark_duplicate(inquiry: Inquiry, *, by: User, of: Inquiry) -> None:
    """End the request because `of` asks for the same; both histories stay."""
    if of.pk == inquiry.pk or of.status == Status.DUPLICATE:
        raise NotAllowed("Choose another request that is not a duplicate itself.")
    _need_assignee(inquiry)
    _move(inquiry, Status.DUPLICATE, by=by, duplicate_of=of)
    notifications.news(inquiry)


@transaction.atomic
def close(inquiry: Inquiry, *, by: User, text: str = "") -> None:
    """End the request because nothing more is to do; `text` is shown to the patient."""
    _need_assignee(inquiry)
    _move(inquiry, Status.CLOSED, by=by)
    if text.strip():
        _say(Message, inquiry, by, text)
    _answered(inquiry)
    notifications.news(inquiry)


@transaction.atomic
def reopen(inquiry: Inquiry, *, by: User, text: str) -> None:
    """Take an ended request up again, with a new day to answer by; `text` is a note."""
    if inquiry.status not in ENDED_STATUSES:
        raise NotAllowed("The request is open.")
    now = timezone.now()
    promise = calendar.answer_by(now, urgent=inquiry.urgency > Urgency.ROUTINE)
    _move(
        inquiry, Status.IN_TRIAGE, by=by,
        decline_reason="", duplicate_of=None, answer_by=promise, first_answered_at=None,
    )  # fmt: skip
    _say(Note, inquiry, by, text)


@transaction.atomic
def withdraw(inquiry: Inquiry) -> None:
    """The patient takes the request back."""
    _move(inquiry, Status.WITHDRAWN, by=None)
    notifications.withdrawn(inquiry)


def _move(inquiry: Inquiry, new: str, *, by: User | None, **changes: Any) -> None:
    old = inquiry.status
    if new not in MOVES[old]:
        raise NotAllowed(
            f"A request that is {Status(old).label.lower()} cannot become {Status(new).label.lower()}."
        )
    seen = Inquiry.objects.filter(pk=inquiry.pk, status=old, assignee=inquiry.assignee_id)
    if seen.update(status=new, **changes) != 1:
        raise SomebodyWasFaster
    inquiry.status = new
    for name, value in changes.items():
        setattr(inquiry, name, value)
    StatusChange.objects.create(inquiry=inquiry, by=by, old=old, new=new)


def _hold_unchanged(inquiry: Inquiry) -> None:
    """Lock the row; refuse when it is no longer as it was loaded."""
    seen = Inquiry.objects.filter(pk=inquiry.pk, status=inquiry.status, assignee=inquiry.assignee_id)
    if not seen.select_for_update().exists():
        raise SomebodyWasFaster


def _need_assignee(inquiry: Inquiry) -> None:
    if inquiry.assignee_id is None:
        raise NotAllowed("Take the request first: whoever decides answers for it.")


def _say(
    kind: type[Note | Message | PhoneCall], inquiry: Inquiry, by: User, text: str, **fields: str
) -> None:
    """A later change of the author's role must not show these words to others, so it is kept with them."""
    is_clinical = by.has_perm("requests.read_clinical")
    kind.objects.create(inquiry=inquiry, by=by, text=text, is_clinical=is_clinical, **fields)


def _answered(inquiry: Inquiry) -> None:
    """Keep the first moment at which the patient heard from us."""
    now = timezone.now()
    if Inquiry.objects.filter(pk=inquiry.pk, first_answered_at=None).update(first_answered_at=now):
        inquiry.first_answered_at = now
