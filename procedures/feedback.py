"""Counting what readers say about an edition, once for each of them as far as that can be told (E56).

No cookie and no account tells readers apart. A keyed hash of address, browser and
edition is kept for two days with the other rate limits; it stands beside no answer,
so nobody can see who said what.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Sum
from django.http import HttpRequest

from clinic import limits
from clinic.calendar import local_today

from .models import Edition, Feedback

HOUR, DAY = 3600, 24 * 3600
# From one place, with all its browsers, and for one edition from everywhere: bots end here.
A_PLACE_A_DAY, AN_EDITION_AN_HOUR = 50, 300
Reason = Feedback.Reason
REASONS = {
    True: (Reason.CLEAR, Reason.ANSWERED, Reason.PREPARED, Reason.OTHER),
    False: (Reason.HARD, Reason.MISSING, Reason.LONG, Reason.DOUBTS, Reason.OTHER),
}


def count_answer(request: HttpRequest, edition: Edition, *, is_useful: bool) -> bool:
    """False when this reader answered within the hour, or when there are far too many answers."""
    reader, place = reader_of(request, edition), limits.client_address(request)
    if not limits.allow("useful", reader, limit=1, per_seconds=HOUR):
        return False
    if not limits.allow("useful-place", place, limit=A_PLACE_A_DAY, per_seconds=DAY):
        return False
    if not limits.allow("useful-edition", edition.code, limit=AN_EDITION_AN_HOUR, per_seconds=HOUR):
        return False
    _add(edition, is_useful, "")
    return True


def count_reason(request: HttpRequest, edition: Edition, *, is_useful: bool, reason: str) -> bool:
    """Only of a reader who has just answered, and only one."""
    reader = reader_of(request, edition)
    if not limits.used("useful", reader, per_seconds=HOUR):
        return False
    if not limits.allow("useful-reason", reader, limit=1, per_seconds=HOUR):
        return False
    _add(edition, is_useful, reason)
    return True


def reader_of(request: HttpRequest, edition: Edition) -> str:
    browser = request.headers.get("User-Agent", "")[:300]
    return "|".join((limits.client_address(request), browser, edition.code))


def _add(edition: Edition, is_useful: bool, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO procedures_feedback (edition_id, "on", is_useful, reason, count)'
            " VALUES (%s, %s, %s, %s, 1) "
            'ON CONFLICT (edition_id, "on", is_useful, reason)'
            " DO UPDATE SET count = procedures_feedback.count + 1",
            [edition.pk, local_today(), is_useful, reason],
        )


# What editors see


@dataclass
class Tally:
    """What readers said about one edition."""

    useful: int = 0
    not_useful: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return self.useful + self.not_useful

    @property
    def share(self) -> str:
        return f"{self.useful:,} out of {self.answers:,}" if self.answers else ""


def tallies(edition_ids: Iterable[int]) -> dict[int, Tally]:
    """Of all of them in one query; the reasons most often given stand first."""
    found: dict[int, Tally] = {}
    rows = Feedback.objects.filter(edition__in=list(edition_ids)).order_by()
    counted = rows.values_list("edition", "is_useful", "reason").annotate(total=Sum("count"))
    for edition_id, is_useful, reason, total in counted.order_by("-total", "reason"):
        tally = found.setdefault(edition_id, Tally())
        if reason:
            words = f"{'Useful' if is_useful else 'Not useful'}: {Reason(reason).label}"
            tally.reasons.append((words, total))
        elif is_useful:
            tally.useful += total
        else:
            tally.not_useful += total
    return found
