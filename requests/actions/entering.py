"""A colleague enters a request for a caller.

Each open page has a key of its own, which becomes the draft's: pressed twice, or
sent again after signing in, it gives one request.
"""

from typing import Any
from uuid import UUID

from django.db import transaction

from clinic.models import User
from procedures.models import SafetyText
from requests.models import Draft, Inquiry
from requests.tokens import token_hash

from .base import NotAllowed
from .sending import submit

# The fields of the page as they were sent, under a name that no answer has.
Typed = dict[str, list[str]]
TYPED = "typed"


def pause_entry(*, by: User, key: UUID, safety: SafetyText, typed: Typed) -> None:
    """The caller has a red flag: that one was ticked is kept, and what else was typed, never which (R4, R6)."""
    with transaction.atomic():
        draft = _draft(by, key, safety)
        if draft.inquiry_id is None:
            draft.answers = {TYPED: typed}
            draft.is_stopped = draft.red_flag_changed = True
            draft.save(update_fields=["answers", "is_stopped", "red_flag_changed"])


def paused_entry(*, by: User, key: UUID) -> Typed | None:
    """What stood on the page at the stop; None when there was none, or it is another's, sent or a day old."""
    mine = Draft.objects.alive().filter(pk=key, key_hash=_secret(by, key), inquiry=None, is_stopped=True)
    draft = mine.first()
    return draft.answers.get(TYPED, {}) if draft else None


@transaction.atomic
def enter(*, by: User, key: UUID, safety: SafetyText, answers: dict[str, Any]) -> Inquiry:
    """The same as a patient's own request: flags, urgency, promise and receipt."""
    # The draft lives for a day; an old page that is sent again still finds what it became.
    if sent := Inquiry.objects.filter(draft_id=key, entered_by=by).first():
        return sent
    draft = _draft(by, key, safety)
    if draft.inquiry_id is None:
        draft.answers, draft.is_stopped, draft.safety_text = answers, False, safety
        draft.save()
    return submit(draft=draft, entered_by=by)


def _secret(by: User, key: UUID) -> str:
    return token_hash(f"entry {key} {by.pk}")


def _draft(by: User, key: UUID, safety: SafetyText) -> Draft:
    """The page's own draft, locked. Somebody else's key opens nothing."""
    secret = _secret(by, key)
    Draft.objects.get_or_create(pk=key, defaults={"key_hash": secret, "safety_text": safety})
    draft = Draft.objects.select_for_update().get(pk=key)
    if draft.key_hash != secret:
        raise NotAllowed("This page belongs to somebody else. Open a new one.")
    return draft
