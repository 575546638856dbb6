"""What becomes of a patient's question: each change a verb, done once.

A question is gone 90 days after it was sent, answered or not: erase_expired() runs
in every worker. An editor who wants to keep what is worth keeping writes it down
anew under the page (AskedQuestion), with no tie to the person who asked.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from clinic import outbox
from clinic.models import ClinicProfile

from .emergency_words import is_emergency
from .models import Edition, Question
from .publishing import NotAllowed

if TYPE_CHECKING:
    from clinic.models import User

State = Question.State
EMERGENCY = "If you feel much worse or it is an emergency, call {number} now."


def send(*, edition: Edition, text: str, email: str, token: str) -> Question:
    """Store it; the same token gives the same question, however often it is sent."""
    question = Question(edition=edition, token_hash=Question.hash_of(token), text=text)
    question.sounds_urgent = is_emergency(text)
    if email:
        question.email, question.token = email, token
    try:
        with transaction.atomic():
            question.save(force_insert=True)
    except IntegrityError:
        return Question.objects.get(token_hash=question.token_hash)
    return question


@transaction.atomic
def answer(question: Question, *, by: "User", text: str) -> None:
    row = _waiting(question)
    row.state, row.answer = State.ANSWERED, text
    _decide(row, by)


@transaction.atomic
def set_aside(question: Question, *, by: "User", reason: str) -> None:
    """It gets no answer of its own; the person reads why, and what to do instead."""
    row = _waiting(question)
    row.state, row.reason = State.SET_ASIDE, Question.Reason(reason)
    _decide(row, by)


def _waiting(question: Question) -> Question:
    row = Question.objects.alive().select_for_update().filter(pk=question.pk, state=State.WAITING).first()
    if row is None:
        raise NotAllowed("Somebody has decided about this question already, or it has expired.")
    return row


def _decide(row: Question, by: "User") -> None:
    """One mail that says there is something to read; then nobody needs the address any more."""
    if row.email:
        outbox.enqueue("answer", row.email, _mail(row.token))
    row.decided_at, row.decided_by, row.email, row.token = timezone.now(), by, None, None
    row.save()


def _mail(token: str) -> dict[str, str]:
    clinic = ClinicProfile.load()
    return {
        "clinic_name": clinic.name,
        "phone": clinic.phone,
        "link": settings.SITE_URL + reverse("procedures:question", args=[token]),
        "emergency": EMERGENCY.format(number=clinic.emergency_number),
    }


def erase_expired() -> int:
    """Called by the worker; says how many questions were erased."""
    return Question.objects.filter(expires_at__lte=timezone.now()).delete()[0]
