"""What staff read about a request, in few words."""

from datetime import date, datetime

from clinic.calendar import local_today
from clinic.panels import Tag
from requests.models import Inquiry
from requests.models.status import OURS_STATUSES, Status, Urgency


def age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def since(then: datetime, now: datetime) -> str:
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def deadline(inquiry: Inquiry) -> Tag | None:
    """By when the clinic answers; None when nothing is owed."""
    if inquiry.status == Status.AWAITING_PATIENT:
        return Tag("Patient's turn")
    if inquiry.status not in OURS_STATUSES:
        return None
    if inquiry.first_answered_at:
        return Tag("Our turn")
    left = (inquiry.answer_by - local_today()).days
    if left < 0:
        return Tag(f"Late by {-left} day{'s' if left < -1 else ''}", "u")
    if left == 0:
        return Tag("Call today", "u") if inquiry.urgency else Tag("Answer today", "w")
    return Tag(f"Answer by {short_day(inquiry.answer_by)}")


def short_day(day: date) -> str:
    return f"{day:%a, %b} {day.day}"


def urgency(inquiry: Inquiry) -> Tag | None:
    if inquiry.urgency == Urgency.ROUTINE:
        return None
    return Tag(inquiry.get_urgency_display(), "u")


STATUS_TONES = {Status.NEW: "a", Status.IN_TRIAGE: "a", Status.BOOKED: "o"}


def status(inquiry: Inquiry) -> Tag:
    return Tag(inquiry.get_status_display(), STATUS_TONES.get(Status(inquiry.status), ""))
