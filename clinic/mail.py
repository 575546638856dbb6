"""A message of the outbox as an e-mail: a text part and a small HTML part.

E-mail carries no name, no procedure and no word about health: a template may
use only the fields of its kind, which a test holds (P69).
"""

from collections.abc import Set
from email.utils import format_datetime

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string

from .models import OutboxMessage

ALWAYS = frozenset({"clinic_name", "phone", "reference", "link", "emergency"})
FIELDS: dict[str, Set[str]] = {
    "receipt": ALWAYS | {"answer_by"},
    "news": ALWAYS,
    # To a patient who was promised an answer by a day that passed.
    "promise_moved": ALWAYS | {"answer_by", "missed"},
    "withdrawn": ALWAYS,
    # To managers: references and days of requests that wait for an answer too long.
    "late": {"clinic_name", "count", "references", "link"},
    # To staff: names of pages and dates.
    "reviews": {"clinic_name", "overdue", "due", "unreviewed", "link"},
    # Says only that there is an answer to read.
    "answer": ALWAYS - {"reference"},
}
# What each mail is, in the words of the status page.
TITLES = {
    "receipt": "Receipt of your request",
    "news": "News about your request",
    "promise_moved": "A new day for our answer",
    "withdrawn": "Receipt of taking back your request",
    "reviews": "Reviews that are due",
    "late": "Requests that are late",
    "answer": "Answer to a question",
}


def check_address(address: str) -> None:
    """Raise ValidationError unless it is one address that a mail can name."""
    validate_email(address)
    if len(address) > 254 or address != one_line(address):
        raise ValidationError("This cannot be written into a mail.")


def check(kind: str, context: dict[str, str]) -> None:
    """Raise ValueError unless the context has exactly the fields of its kind."""
    if kind not in FIELDS:
        raise ValueError(f"There is no mail called {kind!r}.")
    if odd := FIELDS[kind] ^ set(context):
        raise ValueError(f"The mail {kind!r} may name exactly its fields; look at {sorted(odd)}.")


def build(message: OutboxMessage) -> EmailMultiAlternatives:
    """The finished mail. Raises when it can never be sent, for instance for its headers (F11, P17)."""
    check(message.kind, message.context)
    check_address(message.to)
    email = EmailMultiAlternatives(
        subject=one_line(_render(message, "subject.txt")),
        body=_render(message, "txt"),
        to=[message.to],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(_render(message, "html"), "text/html")
    # What cannot be written shows here, not in the middle of sending.
    email.message().as_bytes()
    return email


def one_line(text: str) -> str:
    """Whatever ends a line or steers a terminal becomes a space or goes."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _render(message: OutboxMessage, part: str) -> str:
    return render_to_string(f"mail/{message.kind}.{part}", message.context)
