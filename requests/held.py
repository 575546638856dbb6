"""What the patient may see already: words that were just sent wait, and what was taken back never was."""

from copy import copy
from typing import Any

from django.db.models import Q
from django.utils import timezone

from .models import Inquiry, Sending
from .models.status import Status


def shown() -> Q:
    """For messages and changes of state: those that the patient may see by now."""
    return Q(sending=None) | Q(sending__shows_at__lte=timezone.now(), sending__undo=None)


def waiting(inquiry: Inquiry) -> list[Sending]:
    """What is on its way, the oldest first; its mails have the same ids."""
    return list(Sending.objects.held().filter(inquiry=inquiry).prefetch_related("changes").order_by("at"))


def as_shown(inquiry: Inquiry, held: list[Sending] | None = None) -> Inquiry:
    """A copy to read from, never to save: without the changes whose words do not show yet."""
    seen = copy(inquiry)
    held = waiting(inquiry) if held is None else held
    changes: list[Any] = [change for sending in held for change in sending.changes.all()]
    if changes and changes[-1].new == inquiry.status:
        seen.status = Status(changes[0].old)
    if held:
        seen.patient_wrote_at = inquiry.patient_wrote_at or held[0].patient_wrote_at
    if any(sending.was_first for sending in held):
        seen.first_answered_at = None
    return seen
