"""Which version of the safety text a patient saw: the one that their draft and request keep (R9)."""

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.characters import small_number
from procedures import safety_text
from procedures.models import SafetyText

from .models import Draft

LIST_CHANGED = _("This list of signs changed a moment ago. Read it once more, then answer for this list")


def safety_body(draft: Draft | None) -> dict[str, Any]:
    return _version_for(draft).body


def safety_version(draft: Draft | None) -> int:
    return _version_for(draft).version


def _version_for(draft: Draft | None) -> SafetyText:
    return draft.safety_text if draft else safety_text.current()


def sent_with(request: HttpRequest) -> SafetyText:
    """The version on the page that was sent; today's when the page does not say or the database is away."""
    version = small_number(request.POST.get("safety_version", ""))
    if not version:
        return safety_text.current()
    try:
        found = SafetyText.objects.filter(version=version).first()
    except DatabaseError:
        found = None
    return found or safety_text.current()


def is_outdated(request: HttpRequest) -> bool:
    """Another version was signed off between the page and its answer."""
    return sent_with(request).version != safety_text.current().version
