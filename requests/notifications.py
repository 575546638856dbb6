"""One function a message. Mail says that there is news, never what it is (F27)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from clinic import calendar, outbox
from clinic.models import ClinicProfile

from .models import Inquiry, Sending

EMERGENCY = "If you feel much worse or it is an emergency, call {number} now."


def status_link(inquiry: Inquiry) -> str:
    return settings.SITE_URL + reverse("requests:status", args=[inquiry.token])


def receipt(inquiry: Inquiry) -> None:
    _send("receipt", inquiry, answer_by=calendar.day_words(inquiry.answer_by))


def promise_moved(inquiry: Inquiry, *, missed: date) -> None:
    """The day that holds now, and the one that passed."""
    _send(
        "promise_moved",
        inquiry,
        answer_by=calendar.day_words(inquiry.answer_by),
        missed=calendar.day_words(missed),
    )


def news(inquiry: Inquiry, *, sending: Sending | None = None) -> None:
    """Waits as long as the words of the sending do, under the same id."""
    _send("news", inquiry, sending)


def withdrawn(inquiry: Inquiry) -> None:
    _send("withdrawn", inquiry)


def _send(kind: str, inquiry: Inquiry, sending: Sending | None = None, **extra: str) -> None:
    if not inquiry.email:
        return
    clinic = ClinicProfile.load()
    context = {
        "clinic_name": clinic.name,
        "phone": clinic.phone,
        "reference": inquiry.reference,
        "link": status_link(inquiry),
        "emergency": EMERGENCY.format(number=clinic.emergency_number),
        **extra,
    }
    waits: dict[str, Any] = {"id": sending.pk, "not_before": sending.shows_at} if sending else {}
    outbox.enqueue(kind, inquiry.email, context, about=inquiry.pk, **waits)
