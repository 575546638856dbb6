"""What a changed rule would have found in requests of the last weeks; nothing about them changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from procedures.models import SafetyText
from requests import safety
from requests.models import Inquiry, RuleVersion

from .questions import Catalogue, catalogue

MOST = 500
PERIODS = (30, 90, 365)


@dataclass(frozen=True)
class Hit:
    """`said`: the answer in words that raises the flag."""

    inquiry: Inquiry
    said: str


@dataclass(frozen=True)
class Replay:
    """`is_cut`: more requests came in these days than were read, so the newest were."""

    days: int
    read: int
    is_cut: bool
    caught: list[Hit]
    lost: list[Hit]
    both: int

    @property
    def before(self) -> int:
        return self.both + len(self.lost)

    @property
    def after(self) -> int:
        return self.both + len(self.caught)


def replay(new: RuleVersion | None, old: RuleVersion | None, *, days: int) -> Replay:
    """Both on the same answers; None raises nothing, as before a first version or once a rule is retired."""
    since = timezone.now() - timedelta(days=days)
    newest = Inquiry.objects.filter(submitted_at__gte=since).order_by("-submitted_at", "-id")
    found = list(newest.only("reference", "submitted_at", "status", "answers", "safety_text_id")[: MOST + 1])
    read = found[:MOST]
    caught, lost, both = [], [], 0
    for inquiry, questions in _with_questions(read):
        now, before = _said(new, inquiry, questions), _said(old, inquiry, questions)
        if now and not before:
            caught.append(Hit(inquiry, now))
        elif before and not now:
            lost.append(Hit(inquiry, before))
        both += bool(now and before)
    return Replay(days, len(read), len(found) > MOST, caught, lost, both)


def _with_questions(inquiries: list[Inquiry]) -> Iterator[tuple[Inquiry, Catalogue]]:
    """Each with the signs that its patient was asked about."""
    texts = SafetyText.objects.in_bulk({inquiry.safety_text_id for inquiry in inquiries})
    asked: dict[Any, Catalogue] = {pk: catalogue(text) for pk, text in texts.items()}
    return ((inquiry, asked[inquiry.safety_text_id]) for inquiry in inquiries)


def _said(version: RuleVersion | None, inquiry: Inquiry, questions: Catalogue) -> str:
    return safety.finds(version, inquiry.answers, questions) if version else ""
