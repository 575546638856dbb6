"""A draft becomes a request."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic.models import User
from requests import notifications, promise, safety
from requests.models import Draft, Flag, Inquiry, StatusChange
from requests.models.status import Status
from requests.tokens import new_token, token_hash

from .base import NotAllowed

TOPICS = {
    "first_visit": "First visit",
    "cluneal_nerve_block": "Cluneal nerve block",
    "other_procedure": "Another procedure",
    "follow_up": "Follow-up",
    "second_opinion": "Second opinion",
    "not_sure": "Not sure",
}


@transaction.atomic
def submit(*, draft: Draft, entered_by: User | None = None) -> Inquiry:
    """Turn the draft into a request; the same draft always gives the same request.

    `entered_by` asked a caller the questions. Raises NotAllowed while a red flag
    stands (R3) and Draft.DoesNotExist when the draft is gone.
    """
    draft = Draft.objects.select_for_update().select_related("safety_text").get(pk=draft.pk)
    if draft.inquiry_id:
        return Inquiry.objects.get(pk=draft.inquiry_id)
    if draft.is_stopped or not draft.answers:
        raise NotAllowed("This request cannot be sent.")
    inquiry = inquiry_from(draft, entered_by)
    draft.inquiry, draft.answers, draft.resume_hash = inquiry, {}, None
    draft.save()
    StatusChange.objects.create(inquiry=inquiry, by=entered_by, new=Status.NEW)
    notifications.receipt(inquiry)
    return inquiry


def inquiry_from(draft: Draft, entered_by: User | None) -> Inquiry:
    answers, now, token = draft.answers, timezone.now(), new_token()
    flags = safety.flags_for(answers, red_flag_changed=draft.red_flag_changed, shown=draft.safety_text)
    urgency = safety.urgency_of(flags)
    inquiry = Inquiry.objects.create(
        token=token,
        token_hash=token_hash(token),
        draft_id=draft.pk,
        source=Inquiry.Source.PHONE if entered_by else Inquiry.Source.WEB,
        entered_by=entered_by,
        urgency=urgency,
        submitted_at=now,
        **promise.on_arrival(now, urgency, by_phone=entered_by is not None),
        edition_id=draft.edition_id,
        safety_text_id=draft.safety_text_id,
        topic=TOPICS.get(answers.get("topic", ""), "Not sure"),
        answers=answers,
        **contact_columns(answers),
    )
    # One by one: encryption needs each row's own key, and there are few.
    for flag in flags:
        Flag.objects.create(
            inquiry=inquiry, rule=flag.rule, rule_version=flag.version,
            severity=flag.severity, words=flag.words, answer=flag.answer,
        )  # fmt: skip
    return inquiry


def contact_columns(answers: dict[str, Any]) -> dict[str, Any]:
    """What staff search and what a row of the queue shows stands beside the answers."""
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
    language = answers.get("language_other") or answers.get("language", "en")
    return text | {"language": language, "needs": needs(answers)}


def needs(answers: dict[str, Any]) -> dict[str, Any] | None:
    """None for those who need no help."""
    if set(answers.get("help_needs", ())) <= {"none"}:
        return None
    return {key: answers[key] for key in ("help_needs", "help_language") if key in answers}
