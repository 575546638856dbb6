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


def pause_entry(*, by: User, key: UUID, safety: SafetyText) -> None:
    """The caller has a red flag: nothing is kept but that one was ticked (R4, R6)."""
    with transaction.atomic():
        draft = _draft(by, key, safety)
        if draft.inquiry_id is None:
            draft.is_stopped = draft.red_flag_changed = True
            draft.save(update_fields=["is_stopped", "red_flag_changed"])


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


def _draft(by: User, key: UUID, safety: SafetyText) -> Draft:
    """The page's own draft, locked. Somebody else's key opens nothing."""
    secret = token_hash(f"entry {key} {by.pk}")
    Draft.objects.get_or_create(pk=key, defaults={"key_hash": secret, "safety_text": safety})
    draft = Draft.objects.select_for_update().get(pk=key)
    if draft.key_hash != secret:
        raise NotAllowed("This page belongs to somebody else. Open a new one.")
    return draft
