"""Two requests side by side before one of them ends as a duplicate of the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import User
from requests import names, people, steps
from requests.actions import joining
from requests.models import Inquiry
from requests.models.status import MOVES, UNSETTLED_STATUSES, Status

from . import looks, rows, wishes, words


@dataclass(frozen=True)
class Pair:
    """One line of the page: what each of the two says."""

    label: str
    ending: list[str]
    staying: list[str]

    @property
    def differs(self) -> bool:
        return [line.casefold() for line in self.ending] != [line.casefold() for line in self.staying]


def context(ending: Inquiry, staying: Inquiry | None, user: User) -> dict[str, Any]:
    """Everything side by side; what is clinical only for those who may read it."""
    if staying is None:
        return {}
    looks.record(user, staying, "duplicate")
    is_clinical = user.has_perm("requests.read_clinical")
    answers = list(_answers(ending, staying)) if is_clinical else []
    return {
        "reads_answers": is_clinical,
        "pairs": list(_facts(ending, staying, is_clinical=is_clinical)),
        "answers": [pair for pair in answers if pair.differs],
        "same_answers": [pair for pair in answers if not pair.differs],
        "doubts": doubts(ending, staying),
        "goes_over": list(_goes_over(ending, staying)),
        "swap_url": _swap_url(ending, staying, user),
    }


def doubts(ending: Inquiry, staying: Inquiry) -> list[str]:
    """Why these may be two people; said before anything is done."""
    found = []
    if ending.date_of_birth != staying.date_of_birth:
        slip = people.birth_words(ending.date_of_birth, staying.date_of_birth)
        found.append(f"The dates of birth differ{': ' + slip if slip else ''}.")
    if names.compare(people.name(ending), people.name(staying)) is None:
        found.append("The names differ.")
    return found


def _facts(ending: Inquiry, staying: Inquiry, *, is_clinical: bool) -> Iterator[Pair]:
    for label, says in (
        ("Name", lambda one: [one.full_name]),
        ("Date of birth", lambda one: [wishes.long_day(one.date_of_birth)]),
        ("Wants", lambda one: [one.topic]),
        ("Sent", lambda one: [words.short_day(timezone.localdate(one.submitted_at))]),
        ("Status", lambda one: [one.get_status_display()]),
        ("Answer by", lambda one: [tag.words] if (tag := words.deadline(one)) else []),
        ("Urgency", lambda one: [one.get_urgency_display()]),
        ("Flags", lambda one: [tag.words for tag in rows.flag_tags(one, clinical=is_clinical)]),
        ("With", lambda one: [str(one.assignee)] if one.assignee else ["Nobody"]),
    ):
        yield Pair(label, says(ending), says(staying))
    yield from _lined_up(_reach(ending), _reach(staying))


def _reach(inquiry: Inquiry) -> list[tuple[str, list[str]]]:
    lines = [
        (line.label, [line.value or (line.tag.words if line.tag else "")]) for line in wishes.reach(inquiry)
    ]
    return [(label, said) for label, said in lines if label != "Date of birth"]


def _answers(ending: Inquiry, staying: Inquiry) -> Iterator[Pair]:
    yield from _lined_up(_summary(ending), _summary(staying))


def _summary(inquiry: Inquiry) -> list[tuple[str, list[str]]]:
    groups = steps.summary(inquiry.answers, inquiry.safety_text.body)
    return [
        (row.label, row.lines) for group in groups if group.title != str(steps.CONTACT) for row in group.rows
    ]


def _lined_up(ending: list[tuple[str, list[str]]], staying: list[tuple[str, list[str]]]) -> Iterator[Pair]:
    """By label, in the order in which the questions were asked."""
    left, right = dict(ending), dict(staying)
    for label in dict.fromkeys([label for label, _lines in (*staying, *ending)]):
        if left.get(label) or right.get(label):
            yield Pair(label, left.get(label, []), right.get(label, []))


def _goes_over(ending: Inquiry, staying: Inquiry) -> Iterator[str]:
    if ending.urgency > staying.urgency:
        yield f"{staying.reference} becomes as urgent: {ending.get_urgency_display().lower()}."
    if joining.comes_back(staying, ending):
        yield f"{staying.reference} waits for the patient now. It comes back to triage, as {ending.reference} is ours to answer."
    if joining.takes_promise(staying, ending):
        which = "promise" if staying.first_answered_at else "earlier promise"
        yield f"{staying.reference} takes over the {which}: answer by {words.short_day(ending.answer_by)}."
    until = staying.snoozed_until
    if until and until > local_today() and joining.presses(ending):
        yield f"{staying.reference} was put off until {words.short_day(until)}. It wakes now."
    if staying.status not in UNSETTLED_STATUSES:
        yield f"{staying.reference} stays as it is: {staying.get_status_display().lower()}."
    if ending.patient_wrote_at and not staying.patient_wrote_at:
        yield f"The patient wrote, and {staying.reference} shows that an answer is owed."


def _swap_url(ending: Inquiry, staying: Inquiry, user: User) -> str:
    """The same the other way round, where that is possible."""
    if Status.DUPLICATE not in MOVES[staying.status] or joining.why_not_joined(staying, ending):
        return ""
    address = reverse("admin:requests_inquiry_duplicate", args=[staying.pk])
    return f"{address}?{urlencode({'reference': ending.reference})}"
