"""The draft of a request: found by an opaque cookie, saved at every step.

The cookie holds a random key and the database its hash. A key, like a link to go
on elsewhere, is worth nothing once the draft is sent or a day old.
"""

import re
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from procedures.models import Edition, SafetyText

from . import way
from .models import Draft, Inquiry
from .models.draft import LIFETIME, a_day_from_now
from .tokens import new_token, token_hash

PREFIX = "__Host-" if settings.PRODUCTION else ""
COOKIE = f"{PREFIX}draft"
# Says that the stop page was shown on this device, in case the form goes on (R4).
# It is a cookie because nothing about a stop is saved, and the database may be away (R5).
PAUSED_COOKIE = f"{PREFIX}paused"


class Gone(Exception):
    """The draft was sent or has expired in the meantime."""


def find(request: HttpRequest) -> Draft | None:
    """The draft of this device, sent or not."""
    key = request.COOKIES.get(COOKIE)
    if not key:
        return None
    drafts = Draft.objects.alive().select_related("safety_text", "edition__explainer", "inquiry")
    return drafts.filter(key_hash=token_hash(key)).first()


def was_sent_from(request: HttpRequest, inquiry: Inquiry) -> bool:
    """Whether this device sent the request less than a day ago."""
    key = request.COOKIES.get(COOKIE)
    sent = Draft.objects.alive().filter(inquiry=inquiry)
    return bool(key) and sent.filter(key_hash=token_hash(str(key))).exists()


def begin(*, safety: SafetyText, code: str, red_flag_changed: bool) -> tuple[Draft, str]:
    """A new draft and the key for its cookie. `code` names the edition the patient came from."""
    key = new_token()
    draft = Draft.objects.create(
        key_hash=token_hash(key),
        safety_text=safety,
        edition=edition_with(code),
        red_flag_changed=red_flag_changed,
    )
    return draft, key


def edition_with(code: str) -> Edition | None:
    if not re.fullmatch(r"[\w-]{1,16}", code, re.ASCII):
        return None
    return Edition.objects.select_related("explainer").filter(code=code).first()


@transaction.atomic
def save(draft: Draft, answers: dict[str, Any]) -> None:
    """Add the answers of one step. Two tabs that save at once both keep theirs."""
    kept = _locked(draft)
    kept.answers = way.laid_over(kept.answers, answers)
    if "emergency" in answers:
        kept.is_stopped = False
    kept.expires_at = a_day_from_now()
    kept.save(update_fields=["answers", "is_stopped", "expires_at"])
    draft.answers, draft.is_stopped = kept.answers, kept.is_stopped


@transaction.atomic
def stop(draft: Draft) -> None:
    """A red flag was ticked: the form rests until that answer changes, and staff will know."""
    kept = _locked(draft)
    kept.answers = {key: value for key, value in kept.answers.items() if key != "emergency"}
    kept.is_stopped = kept.red_flag_changed = True
    kept.save(update_fields=["answers", "is_stopped", "red_flag_changed"])


def _locked(draft: Draft) -> Draft:
    kept = Draft.objects.select_for_update().filter(pk=draft.pk, inquiry=None).first()
    if kept is None:
        raise Gone
    return kept


def discard(draft: Draft) -> None:
    """Delete it unless it was sent; then only this device forgets it."""
    Draft.objects.filter(pk=draft.pk, inquiry=None).delete()


def new_resume_token(draft: Draft) -> str:
    """The secret of a link that opens the draft on another device; an older link ends."""
    token = new_token()
    Draft.objects.filter(pk=draft.pk, inquiry=None).update(resume_hash=token_hash(token))
    return token


def find_by_resume_token(token: str) -> Draft | None:
    return Draft.objects.alive().filter(resume_hash=token_hash(token), inquiry=None).first()


def move_here(draft: Draft) -> str:
    """A new key for this device; the device before loses the draft."""
    key = new_token()
    if not Draft.objects.filter(pk=draft.pk, inquiry=None).update(key_hash=token_hash(key)):
        raise Gone
    return key


def remember(response: HttpResponse, key: str) -> None:
    _set(response, COOKIE, key)


def remember_pause(response: HttpResponse) -> None:
    _set(response, PAUSED_COOKIE, "1")


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )


def delete_expired() -> int:
    """Called by the worker; says how many drafts were deleted."""
    return Draft.objects.expired().delete()[0]
