"""First words of the letter that declines a request; staff change them before they go out."""

from django.utils import timezone

from clinic import calendar
from clinic.models import ClinicProfile

from .models import Inquiry
from .models.status import DeclineReason

LETTERS = {
    DeclineReason.NOT_SUITABLE: (
        "We read everything you wrote. From what you tell us, we do not think that this procedure is "
        "the right one for you. Your pain is real, and there may be other ways to help.\n\n"
        "What you can do next: talk with your own doctor about your pain and show them this letter. "
        "They know you and can look for the cause with you."
    ),
    DeclineReason.OTHER_CARE_FIRST: (
        "We read everything you wrote. Before we can plan a visit, other care should come first.\n\n"
        "What you can do next: see your own doctor and show them this letter. When that care is done, "
        "you can send us a new request at any time."
    ),
    DeclineReason.NOT_OFFERED: (
        "Thank you for asking us. We do not offer what you asked for, so we cannot give you an "
        "appointment for it.\n\n"
        "What you can do next: ask your own doctor or your insurance plan who offers it near you."
    ),
    DeclineReason.NEEDS_REFERRAL: (
        "We read your request. We need a referral from a doctor before we can plan a visit.\n\n"
        "What you can do next: ask your own doctor to send us a referral. Then send us a new request "
        "or call us, and we go on from there."
    ),
    DeclineReason.NOT_REACHED: (
        "We tried to reach you about your request and did not get through, so we end it for now.\n\n"
        "What you can do next: call us, or send us a new request with a good way and time to reach you."
    ),
    DeclineReason.UNDER_18: (
        "Thank you for asking us. We see adults only, so we cannot give you an appointment.\n\n"
        "What you can do next: ask your family doctor or pediatrician who sees younger people."
    ),
}
CLOSING = (
    "If you have questions, call us at {phone}.\n\n"
    "If you feel much worse or it is an emergency, call {emergency_number} now.\n\n{clinic}"
)


def decline(inquiry: Inquiry, reason: str) -> str:
    clinic = ClinicProfile.load()
    closing = CLOSING.format(phone=clinic.phone, emergency_number=clinic.emergency_number, clinic=clinic.name)
    name = inquiry.preferred_name or inquiry.first_name or inquiry.full_name
    return f"Dear {name},\n\n{LETTERS[DeclineReason(reason)]}\n\n{closing}"


PLEASE_CALL = (
    "You sent us a request on {sent}. We tried to call you {tries} times and did not get through.\n\n"
    "Call us at {phone}{hours}. Say your reference, {reference}, and we go on from there.\n\n"
    "If you do not need us any more, tell us with a call, and we end your request."
)
# After the end there is nothing to go on with.
PLEASE_HEAR = (
    "You sent us a request on {sent}. We have answered it, but our e-mail to you could not be delivered. "
    "We tried to call you {tries} times and did not get through.\n\n"
    "Call us at {phone}{hours}. Say your reference, {reference}, and we tell you our answer."
)


def please_call(inquiry: Inquiry, *, tries: int) -> list[str]:
    """A letter by post after calls that failed, by paragraph. Others may open it: nothing about health."""
    clinic, sent = ClinicProfile.load(), timezone.localdate(inquiry.submitted_at)
    hours = "; ".join(f"{days}, {hours}" for days, hours in calendar.opening_lines())
    text = (PLEASE_CALL if inquiry.is_open else PLEASE_HEAR).format(
        sent=f"{sent:%B} {sent.day}, {sent.year}",
        tries=tries,
        phone=clinic.phone,
        hours=f" ({hours})" if hours else "",
        reference=inquiry.reference,
    )
    return [f"Dear {inquiry.full_name},", *text.split("\n\n"), clinic.name]
