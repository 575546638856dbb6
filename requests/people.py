"""Requests that may be the same person's: a suggestion with its reasons, never a fact.

Found by date of birth, phone or e-mail, each through an index and with a limit,
then compared by name. Families share phones and e-mail, and twins a date of
birth, so nobody is suggested without a date of birth and a name that fit
(docs/adr/0010).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import get_text_list

from . import names
from .models import Comparison, Inquiry
from .models.status import Status
from .names import Likeness, Name

# The newest that share one fact. More share a made-up one, like a first of January.
MOST_BORN, MOST_REACHED = 200, 100
COLUMNS = (
    "reference", "status", "topic", "submitted_at", "first_name", "last_name", "preferred_name",
    "date_of_birth", "phone", "contact_phone", "email", "duplicate_of_id",
)  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    inquiry: Inquiry
    reasons: str
    weight: int


@dataclass(frozen=True)
class People:
    """Open ones may be the same request; ended ones were asked before. The likeliest stand first."""

    open: list[Suggestion]
    ended: list[Suggestion]


def who_may_be_the_same(inquiry: Inquiry) -> People:
    """Two queries, whatever the number of requests."""
    different = set(
        Comparison.objects.filter(inquiry=inquiry, what=Comparison.What.DIFFERENT).values_list(
            "other_id", flat=True
        )
    )
    own_name = name(inquiry)
    found = [
        suggestion
        for other in candidates(inquiry)
        if other.pk not in different and (suggestion := suggest(inquiry, own_name, other))
    ]
    found.sort(key=lambda one: (one.weight, one.inquiry.submitted_at), reverse=True)
    return People(
        open=[one for one in found if one.inquiry.is_open],
        ended=[one for one in found if not one.inquiry.is_open],
    )


def candidates(inquiry: Inquiry) -> list[Inquiry]:
    """Whoever shares the date of birth, a phone number or the e-mail; joined ones stand with theirs."""
    others = Inquiry.objects.exclude(pk=inquiry.pk).exclude(status=Status.DUPLICATE)
    others = others.only(*COLUMNS).order_by("-submitted_at")
    found = [others.filter(date_of_birth=inquiry.date_of_birth)[:MOST_BORN]]
    for number in sorted(numbers(inquiry)):
        # Said twice for the partial index, which holds no empty number.
        found.append(others.filter(~Q(phone=""), phone=number)[:MOST_REACHED])
        found.append(others.filter(~Q(contact_phone=""), contact_phone=number)[:MOST_REACHED])
    if inquiry.email:
        same = others.alias(lower_email=Lower("email")).filter(
            ~Q(email=""), lower_email=inquiry.email.lower()
        )
        found.append(same[:MOST_REACHED])
    first, *more = found
    return list(first.union(*more)) if more else list(first)


def numbers(inquiry: Inquiry) -> set[str]:
    return {inquiry.phone, inquiry.contact_phone} - {""}


def suggest(inquiry: Inquiry, own_name: Name, other: Inquiry) -> Suggestion | None:
    """Names are compared last: it costs most, and a shared phone brings many with another birth."""
    born = birth_words(inquiry.date_of_birth, other.date_of_birth)
    if born is None:
        return None
    shared = [words for words in reached_by(inquiry, other) if words]
    likeness = names.compare(own_name, name(other)) if shared or not born else None
    if likeness is None or not fits(likeness, born, shared):
        return None
    same = [
        *([] if born else ["date of birth"]),
        *([] if likeness.words else ["name"]),
        *shared,
    ]
    differs = "; ".join(filter(None, (likeness.words, born)))
    reasons = f"Same {get_text_list(same, 'and')}"
    return Suggestion(other, f"{reasons}; {differs}" if differs else reasons, 2 * len(same) - likeness.doubts)


def fits(likeness: Likeness, born: str, shared: list[str]) -> bool:
    """How much must fit: a date of birth with a slip, or a name with two, needs a phone or e-mail."""
    if born:
        return bool(shared) and likeness.doubts <= 1 and not likeness.is_first_only
    if likeness.is_first_only or likeness.doubts > 1:
        return bool(shared)
    return True


def name(inquiry: Inquiry) -> Name:
    return Name.of(inquiry.first_name, inquiry.last_name, inquiry.preferred_name)


def birth_words(one: date, two: date) -> str | None:
    """What differs in words, nothing when they are the same, None when it is no slip of the pen."""
    if one == two:
        return ""
    if one.year == two.year and (one.month, one.day) == (two.day, two.month):
        return "day and month of birth swapped"
    digits = sum(a != b for a, b in zip(one.isoformat(), two.isoformat(), strict=True))
    return "date of birth differs by one digit" if digits == 1 else None


def reached_by(one: Inquiry, two: Inquiry) -> Iterator[str]:
    if numbers(one) & numbers(two):
        yield "phone"
    if one.email and one.email.lower() == two.email.lower():
        yield "e-mail"


def is_surely_the_same(one: Inquiry, two: Inquiry) -> bool:
    """Enough to lead a patient from one private page to the other; twins who share a mailbox are two."""
    likeness = names.compare(name(one), name(two))
    return (
        one.date_of_birth == two.date_of_birth
        and "e-mail" in reached_by(one, two)
        and likeness is not None
        and likeness.doubts == 0
    )
