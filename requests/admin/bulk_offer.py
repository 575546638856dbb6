"""The button that takes back what was just done to several requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from clinic.models import User
from requests.models import Inquiry
from requests.models.sending import UNDO_FOR

from .bulk_verbs import BulkVerb, Leaves


@dataclass(frozen=True)
class Offer:
    """The button that takes all of it back: the records that it names, and the first moment at which one stays."""

    records: list[UUID]
    number: int
    until: datetime

    @property
    def seconds(self) -> int:
        return max(0, int((self.until - timezone.now()).total_seconds()))


def offer(chosen: BulkVerb, done: Iterable[Inquiry], was_free: Iterable[UUID], user: User) -> Offer | None:
    """For what this person did to them a moment ago; `was_free`: those that nobody had before."""
    pks, free = [inquiry.pk for inquiry in done], set(was_free)
    found = [
        record
        for leaves in chosen.leaves
        for record in newest(leaves, [pk for pk in pks if pk in free or not leaves.only_if_free], user)
    ]
    if not found:
        return None
    number = len({record.inquiry_id for record in found})
    return Offer([record.pk for record in found], number, min(record.at for record in found) + UNDO_FOR)


def newest(leaves: Leaves, pks: list[UUID], user: User) -> list[Any]:
    """One of each request, in their order."""
    since = timezone.now() - UNDO_FOR
    rows = leaves.record.objects.filter(inquiry__in=pks, by=user, at__gt=since, **leaves.standing)
    found = {row.inquiry_id: row for row in rows.order_by("at")}
    return [found[pk] for pk in pks if pk in found]
