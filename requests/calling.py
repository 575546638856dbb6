"""Phoning a patient: what the wishes allow, what to say, and when calling has failed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, Q, QuerySet

from clinic import calendar
from clinic.models import ClinicProfile, User
from clinic.quick import OneOf

from . import undelivered
from .models import Flag, Inquiry, PhoneCall
from .models.status import OURS_STATUSES, Urgency

Outcome = PhoneCall.Outcome
FAILED = (Outcome.VOICEMAIL, Outcome.NO_ANSWER)
# The rule of a message that sounds like an emergency.
SOUNDS_URGENT = "patient_wrote"
URGENT = (Flag.Severity.EMERGENCY, Flag.Severity.URGENT)
TRIES = 3
# Three calls in a row within minutes are one try: nobody was given the time to come back to the phone.
APART = timedelta(hours=2)
SPEAK_FIRST = (
    "The answers or a message raised an urgent sign and nobody has spoken to the patient since."
    " Call the patient first, save the call, then {then}."
)
TIMES = {
    "morning": ("in the morning", time(0), time(12)),
    "afternoon": ("in the afternoon", time(12), time(17)),
    "evening": ("in the early evening", time(17), time(20)),
}


def owed_by(inquiry: Inquiry) -> date | None:
    """The day by which the patient was promised an answer, while none has been given."""
    owes = inquiry.status in OURS_STATUSES and inquiry.first_answered_at is None
    return inquiry.answer_by if owes else None


def has_spoken(inquiry: Inquiry) -> bool:
    """To the patient, since the newest urgent sign; a request that was joined brings its signs along."""
    if inquiry.first_answered_at is None:
        return False
    calls = inquiry.phonecalls.filter(outcome__in=PhoneCall.REACHED)
    if newest := signs_of(inquiry).aggregate(at=Max("raised_at"))["at"]:
        calls = calls.filter(at__gte=newest)
    return calls.exists()


def signs_of(inquiry: Inquiry) -> QuerySet[Flag]:
    with_joined = Inquiry.objects.filter(Q(pk=inquiry.pk) | Q(duplicate_of=inquiry)).values("pk")
    return Flag.objects.filter(OneOf(F("inquiry_id"), ArraySubquery(with_joined)), severity__in=URGENT)


def wrote_emergency(inquiry: Inquiry) -> bool:
    """A message that sounds like one came, and nobody has read it."""
    if inquiry.patient_wrote_at is None:
        return False
    signs = signs_of(inquiry).filter(rule=SOUNDS_URGENT)
    return signs.filter(raised_at__gte=inquiry.patient_wrote_at).exists()


def speak_first(inquiry: Inquiry, *, then: str) -> str:
    """Why staff can neither put it off nor end it: it is urgent and nobody has spoken to the patient."""
    if inquiry.urgency == Urgency.ROUTINE or has_spoken(inquiry):
        return ""
    return SPEAK_FIRST.format(then=then)


@dataclass(frozen=True)
class Advice:
    """One thing to know before the call; `tone` as of tags, `says` are words to read out."""

    words: str
    tone: str = ""
    says: str = ""


def advice(inquiry: Inquiry, caller: User, now: datetime) -> list[Advice]:
    return list(_advice(inquiry, caller, now.astimezone(calendar.zone())))


def _advice(inquiry: Inquiry, caller: User, now: datetime) -> Iterator[Advice]:
    if inquiry.channel == "other_person":
        kin = f"({inquiry.contact_relationship})" if inquiry.contact_relationship else ""
        who = " ".join(filter(None, (inquiry.contact_name, kin)))
        yield Advice(f"Call {who}, not the patient: the patient asked for that.", "w")
    if late := outside_wishes(inquiry, now):
        yield Advice(late, "w")
    if inquiry.voicemail == "no":
        yield Advice("Leave no message", "u")
    elif inquiry.voicemail == "details":
        yield Advice("You may leave a message with details.", "o")
    elif inquiry.phone or inquiry.contact_phone:
        yield Advice("On a machine say only this:", "w", message(caller))


def outside_wishes(inquiry: Inquiry, now: datetime) -> str:
    """That it is another time than the patient asked for; empty when it is a good one."""
    wished = [TIMES[name] for name in inquiry.answers.get("call_times") or () if name in TIMES]
    if not wished or any(start <= now.time() < end for _words, start, end in wished):
        return ""
    when = " or ".join(words for words, _start, _end in wished)
    return f"It is {calendar.clock(now.time())}. The patient asked for calls {when}: call now only if it cannot wait."


def message(caller: User) -> str:
    """Who listens may not be the patient: no clinic's name, no reason, nothing about health."""
    name = caller.get_full_name() or caller.username
    return f"This is {name}. Please call me back at {ClinicProfile.load().phone}. Thank you."


class Tries(NamedTuple):
    """Occasions on which nobody picked up since the patient was last reached; `last`: the latest call of them."""

    began: list[datetime]
    last: datetime | None = None


def tries_in(calls: Iterable[tuple[datetime, str]]) -> Tries:
    """Of one request's calls, the oldest first."""
    tries = Tries([])
    for at, outcome in calls:
        if outcome in PhoneCall.REACHED:
            tries = Tries([])
        else:
            is_new = not tries.began or at - tries.began[-1] >= APART
            tries = Tries([*tries.began, at] if is_new else tries.began, at)
    return tries


def failed_tries(inquiry: Inquiry) -> Tries:
    return tries_in(inquiry.phonecalls.order_by("at").values_list("at", "outcome"))


def proposes_letter(inquiry: Inquiry) -> bool:
    """Calling has failed three times, and nobody has tried in writing since; nor did the patient write.

    Once it has ended, a mail that did not arrive asks for the calls, so no words of ours were read.
    """
    if not inquiry.is_open and not undelivered.to_phone([inquiry.pk]):
        return False
    if len(tries := failed_tries(inquiry).began) < TRIES or not inquiry.is_open:
        return len(tries) >= TRIES
    since = tries[TRIES - 1]
    written = inquiry.messages.filter(Q(at__gte=since) | Q(by=None, at__gte=tries[0]))
    return not written.exists() and not inquiry.letters.filter(at__gte=since).exists()


def next_proposes_letter(inquiry: Inquiry, tries: Tries) -> bool:
    """One more call that fails is the last one needed."""
    if len(tries.began) != TRIES - 1:
        return False
    return not inquiry.is_open or not inquiry.messages.filter(by=None, at__gte=tries.began[0]).exists()
