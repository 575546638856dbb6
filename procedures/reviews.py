"""Which pages wait for a clinician: overdue, due soon, never reviewed (E18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from clinic.calendar import local_today

from .models import Edition, Review

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    """Editions that somebody has to read, the most pressing first."""

    overdue: Sequence[Edition]
    due: Sequence[Edition]
    unreviewed: Sequence[Edition]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.due or self.unreviewed)


def waiting() -> Waiting:
    """A page may stand twice: its public words are overdue, and its newest ones nobody has read."""
    today = local_today()
    public = Edition.objects.current().with_page_parts().defer("html", "references_html", "content")
    dated = sorted(((next_due(edition), edition) for edition in public if edition.review), key=_by_day)
    return Waiting(
        overdue=[edition for day, edition in dated if day < today],
        due=[edition for day, edition in dated if today <= day <= today + SOON],
        unreviewed=unreviewed(),
    )


def next_due(edition: Edition) -> date:
    """Of an edition that has a review, from with_page_parts()."""
    return edition.review["next_due"]  # type: ignore[index]


def _by_day(row: tuple[date, Edition]) -> tuple[date, str]:
    return row[0], row[1].plain_name


def unreviewed() -> list[Edition]:
    """The newest edition of each page whose words no clinician has reviewed; the oldest first."""
    reviewed = Review.objects.of(OuterRef("explainer"), OuterRef("content_hash"))
    newest = Edition.objects.filter(explainer__is_withdrawn=False).order_by("explainer_id", "-number")
    found = Edition.objects.filter(~Exists(reviewed), pk__in=newest.distinct("explainer_id").values("pk"))
    return list(found.only("plain_name", "number", "published_at").order_by("published_at"))


def day_words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
