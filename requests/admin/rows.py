"""What a row of the queue says, enough to decide without opening it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import BinaryField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import User
from clinic.panels import Tag
from clinic.quick import Written, one_of
from requests import calling, roles, undelivered
from requests.models import Flag, Inquiry, PhoneCall

from . import around, wishes, words
from .around import Around

# Ids as text: that is all they are needed for, and quicker to read.
FLAG = (Cast("id", TextField()), Cast("inquiry_id", TextField()), "severity", "words", "raised_at")
OF_JOINED = (FLAG[0], Cast("inquiry__duplicate_of_id", TextField()), *FLAG[2:])
CALL = (Value("", TextField()), Cast("inquiry_id", TextField()), "outcome", Value(b"", BinaryField()), "at")
BEFORE_BOOKING = Flag.Severity.BEFORE_BOOKING.value
FLAG_WORDS: Any = Flag._meta.get_field("words")


def flags_and_calls(ids: list[UUID]) -> QuerySet[Any, Any]:
    """In one statement, as every list shows both, the oldest first; a call comes without its id.

    The flags of a request that was joined are told of the one that goes on for it.
    """
    pressing = Flag.objects.exclude(severity=Flag.Severity.NOTE).order_by()
    own = pressing.filter(one_of("inquiry_id", ids)).values_list(*FLAG)
    joined = pressing.filter(one_of("inquiry__duplicate_of_id", ids)).values_list(*OF_JOINED)
    calls = PhoneCall.objects.filter(one_of("inquiry_id", ids))
    told = own.union(joined, calls.order_by().values_list(*CALL), all=True)
    return told.order_by("raised_at")


flags_and_calls_of_rows = Written("flags_and_calls_of_rows", flags_and_calls)


class Raised(NamedTuple):
    """A flag as a row shows it; without its words for those who may not read them."""

    severity: str
    words: str


class Told(NamedTuple):
    """What rows of other tables tell about a request."""

    flags: list[Raised]
    calls: list[tuple[datetime, str]]


class Row(NamedTuple):
    inquiry: Inquiry
    age: int
    since: str
    deadline: Tag | None
    status: Tag
    flags: list[Tag]
    hints: list[Tag]
    needs_call: str
    marks: list[Tag]

    @property
    def role(self) -> str:
        """To whose people it was given, while nobody of them has taken it."""
        role = self.inquiry.role
        return roles.words(role) if role and self.inquiry.assignee_id is None else ""


def with_people(inquiries: Sequence[Inquiry], staff: Mapping[int, User], roles: Mapping[int, Group]) -> None:
    """Who has them, who entered them and for which role they are."""
    for one in inquiries:
        if one.assignee_id:
            one.assignee = staff[one.assignee_id]
        if one.entered_by_id:
            one.entered_by = staff[one.entered_by_id]
        if one.role_id:
            one.role = roles[one.role_id]


def told_of(inquiries: Sequence[Inquiry], *, clinical: bool) -> dict[str, Told]:
    """All flags but notes, those of joined requests too, and all calls, by the request's id as text."""
    told = {str(inquiry.pk): Told([], []) for inquiry in inquiries}
    found = flags_and_calls_of_rows.rows([inquiry.pk for inquiry in inquiries])
    for pk, inquiry_id, kind, sealed, at in found:
        if pk:
            words = FLAG_WORDS.opened(bytes(sealed), pk) if clinical else ""
            told[inquiry_id].flags.append(Raised(kind, words))
        else:
            told[inquiry_id].calls.append((at, kind))
    return told


def described(inquiries: Sequence[Inquiry], user: User, known: Around | None = None) -> list[Row]:
    known = known or around.of(user)
    with_people(inquiries, known.staff, known.roles)
    clinical = user.has_perm("requests.read_clinical")
    told = told_of(inquiries, clinical=clinical)
    now, today = timezone.now(), local_today()
    calls = undelivered.calls(inquiries)
    return [
        Row(
            inquiry,
            words.age(inquiry.date_of_birth, today),
            words.since(inquiry.submitted_at, now, "old"),
            words.deadline(inquiry),
            words.status(inquiry),
            tags_of(inquiry, told[str(inquiry.pk)].flags, clinical=clinical),
            hints(inquiry, told[str(inquiry.pk)].calls if inquiry.is_open or inquiry.pk in calls else []),
            calls[inquiry.pk].tag if inquiry.pk in calls else "",
            marks(inquiry, today),
        )
        for inquiry in inquiries
    ]


def hints(inquiry: Inquiry, calls: list[tuple[datetime, str]]) -> list[Tag]:
    """What is good to know before anybody picks up the phone, after what presses."""
    tried = words.tried(calling.tries_in(calls))
    return [*wishes.hints(inquiry), *([tried] if tried else [])]


def marks(inquiry: Inquiry, today: date) -> list[Tag]:
    """What happened with it that changes whose turn it is, and when."""
    tags = [Tag("Patient wrote", "a")] if inquiry.patient_wrote_at else []
    tags += [tag for tag in (words.snoozed(inquiry), words.next_day(inquiry)) if tag]
    if inquiry.source == Inquiry.Source.PHONE:
        tags.append(Tag(f"By phone, entered by {inquiry.entered_by}"))
    return tags


def flag_tags(inquiry: Inquiry, *, clinical: bool) -> list[Tag]:
    """Of one request, whose flags may have been fetched beforehand."""
    return tags_of(
        inquiry,
        [flag for flag in inquiry.flags.all() if flag.severity != Flag.Severity.NOTE],
        clinical=clinical,
    )


def tags_of(inquiry: Inquiry, flags: Sequence[Raised | Flag], *, clinical: bool) -> list[Tag]:
    """The flags in words; for others than clinical roles only how pressing they are."""
    soon = [flag for flag in flags if flag.severity == BEFORE_BOOKING]
    if not clinical:
        urgency = words.urgency(inquiry)
        sort_out = [Tag(Flag.Severity.BEFORE_BOOKING.label, "w")] if soon else []
        return ([urgency] if urgency else []) + sort_out
    urgent = [flag for flag in flags if flag.severity != BEFORE_BOOKING]
    tags = [Tag(flag.words, "u") for flag in urgent] + [Tag(flag.words, "w") for flag in soon]
    # Two requests that were joined may say the same.
    return list(dict.fromkeys(tags))
