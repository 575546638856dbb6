"""What staff read about a request, in few words."""

from datetime import date, datetime

from django.utils import timezone

from clinic.calendar import clock, local_today
from clinic.models import User
from clinic.panels import Tag
from requests import calling
from requests.models import Inquiry
from requests.models.status import OURS_STATUSES, Status, Urgency


def age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def since(then: datetime, now: datetime, word: str) -> str:
    """Like 5 min old, or 5 min ago."""
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes == 0:
        return "just now"
    if minutes < 60:
        return f"{minutes} min {word}"
    hours = minutes // 60
    return f"{hours} h {word}" if hours < 48 else f"{hours // 24} days {word}"


def came_while_closed(inquiry: Inquiry) -> bool:
    """It says why an old request has had few working hours; no news once it is late or answered."""
    return inquiry.out_of_hours and inquiry.is_owed and not inquiry.is_late


def deadline(inquiry: Inquiry) -> Tag | None:
    """By when the clinic answers; None when nothing is owed."""
    if inquiry.status == Status.AWAITING_PATIENT:
        return Tag("Patient's turn")
    if inquiry.status not in OURS_STATUSES:
        return None
    if inquiry.first_answered_at:
        return Tag("Our turn")
    if inquiry.is_late:
        return Tag(late(inquiry), "u")
    if inquiry.answer_by == local_today():
        return Tag("Call today", "u") if inquiry.urgency else Tag("Answer today", "w")
    return Tag(f"Answer by {short_day(inquiry.answer_by)}")


def late(inquiry: Inquiry) -> str:
    """Counted from the day first promised, with the day that the patient was told since."""
    today = local_today()
    days = (today - inquiry.promised_first).days
    words = f"Late by {days} day{'' if days == 1 else 's'}"
    if inquiry.answer_by < today:
        return words
    return f"{words}, new day {'today' if inquiry.answer_by == today else short_day(inquiry.answer_by)}"


def short_day(day: date) -> str:
    return f"{day:%a, %b} {day.day}"


def tried(tries: calling.Tries) -> Tag | None:
    """For a row: how often nobody picked up, and when last."""
    number = len(tries.began)
    if tries.last is None:
        return None
    times = f"{number} of {calling.TRIES}" if number <= calling.TRIES else f"{number} times"
    return Tag(f"Tried {times}, last {weekday_and_time(tries.last)}")


def weekday_and_time(at: datetime) -> str:
    """The weekday only while nobody takes it for another week's."""
    local, days = timezone.localtime(at), days_ago(at)
    if days > 6:
        return f"{local:%b} {local.day}"
    return f"{'today' if days == 0 else f'{local:%a}'} {clock(local.time())}"


def days_ago(at: datetime) -> int:
    return (local_today() - timezone.localdate(at)).days


def tried_in_full(inquiry: Inquiry) -> str:
    """For the head of a request and the form of a call."""
    tries = calling.failed_tries(inquiry)
    if tries.last is None:
        return ""
    number = len(tries.began)
    times = "1 try" if number == 1 else f"{number} tries"
    return f"{times} without an answer, last {in_full(tries.last)}{third(inquiry, tries)}."


def in_full(at: datetime) -> str:
    local, days = timezone.localtime(at), days_ago(at)
    if days > 6:
        return f"on {short_day(local.date())}"
    return f"at {clock(local.time())} {'today' if days == 0 else f'on {local:%A}'}"


def third(inquiry: Inquiry, tries: calling.Tries) -> str:
    """What the next call that fails leads to, and from when it counts as one."""
    if not calling.next_proposes_letter(inquiry, tries):
        return ""
    counts = tries.began[-1] + calling.APART
    later = f" from {clock(timezone.localtime(counts).time())} on" if counts > timezone.now() else ""
    proposed = "to write instead" if inquiry.email and inquiry.is_open else "a letter"
    return f"; a third{later} proposes {proposed}"


def snoozed(inquiry: Inquiry) -> Tag | None:
    """Until when it sleeps, and on the day itself that it is back."""
    if inquiry.snoozed_until is None or not inquiry.is_open:
        return None
    if inquiry.snoozed_until > local_today():
        return Tag(f"Snoozed until {short_day(inquiry.snoozed_until)}")
    return Tag("Back from snooze today", "a") if inquiry.snoozed_until == local_today() else None


def next_action(inquiry: Inquiry, reader: User) -> str:
    """What comes next; words of a clinical role are for clinical roles."""
    if not inquiry.next_action or not inquiry.is_open:
        return ""
    hidden = inquiry.next_action_is_clinical and not reader.has_perm("requests.read_clinical")
    return "For clinical roles only" if hidden else inquiry.next_action


def next_day(inquiry: Inquiry) -> Tag | None:
    """When the next action is to be done."""
    day = inquiry.next_action_on
    if day is None or not inquiry.is_open:
        return None
    left = (day - local_today()).days
    if left > 0:
        return Tag(f"Next step {short_day(day)}")
    return Tag("Next step today", "w") if left == 0 else Tag(f"Next step since {short_day(day)}", "w")


def urgency(inquiry: Inquiry) -> Tag | None:
    """How pressing it is; an ended request presses nobody, an answered one not before the patient writes."""
    if inquiry.urgency == Urgency.ROUTINE or not inquiry.is_open:
        return None
    if inquiry.first_answered_at and not inquiry.patient_wrote_at:
        return Tag(f"{ANSWERED[inquiry.urgency]}, answered", "w")
    return Tag(URGENCIES[inquiry.urgency], "u")


# Django's get_status_display() takes as long as all the rest of a row.
URGENCIES = dict(Urgency.choices)
# "Call today" is over once somebody has.
ANSWERED = URGENCIES | {Urgency.URGENT: "Urgent"}


def patient_wrote(inquiry: Inquiry) -> Tag | None:
    """Nobody has answered or settled it yet."""
    return Tag("Patient wrote", "a") if inquiry.patient_wrote_at else None


STATUS_TONES = {Status.NEW: "a", Status.IN_TRIAGE: "a", Status.BOOKED: "o"}


STATUSES = {status.value: Tag(status.label, STATUS_TONES.get(status, "")) for status in Status}


def status(inquiry: Inquiry) -> Tag:
    return STATUSES[inquiry.status]
