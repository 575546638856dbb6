"""The pages on the staff home page."""

from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clinic.panels import Figure, Item, Panel, Tag
from clinic.staff import signed_in

from . import reviews, safety_text
from .models import Edition, SafetyText

SHOWN = 5


def panel(request: HttpRequest) -> Panel | None:
    if not signed_in(request).has_perm("procedures.view_edition"):
        return None
    waiting, url = reviews.waiting(), reverse("admin:procedures_review_due")
    newest = SafetyText.objects.first()
    unsigned = int(newest is not None and safety_text.waits_for_sign_off(newest))
    texts_url = reverse("admin:procedures_safetytext_changelist")
    items = items_of(waiting)
    return Panel(
        "Pages",
        [
            _figure("Reviews overdue", len(waiting.overdue), url, "u"),
            _figure("Reviews due in 30 days", len(waiting.due), url),
            _figure("Pages without a review", len(waiting.unreviewed), url),
            _figure("Safety text to sign off", unsigned, texts_url),
        ],
        list_title="Waiting for a review",
        items=items[:SHOWN],
        nothing="A clinician has reviewed every page, and no review is due in 30 days.",
        more=Item(f"All {len(items)} that wait for a review", url) if len(items) > SHOWN else None,
        covers=("procedures",),
        tables="procedures",
    )


def _figure(label: str, count: int, url: str, tone: str = "w") -> Figure:
    return Figure(label, count, url, tone if count else "")


def items_of(waiting: reviews.Waiting) -> list[Item]:
    """The overdue first, then those that are due, then those that nobody has read."""
    late = [_item(edition, Tag(f"Was due {_due(edition)}", "u"), "u") for edition in waiting.overdue]
    soon = [_item(edition, Tag(f"Due {_due(edition)}", "w")) for edition in waiting.due]
    return [*late, *soon, *(_item(edition) for edition in waiting.unreviewed)]


def _item(edition: Edition, due: Tag | None = None, tone: str = "") -> Item:
    day: date = timezone.localdate(edition.published_at)
    return Item(
        edition.plain_name,
        reverse("admin:procedures_edition_change", args=[edition.pk]),
        [
            f"Edition {edition.number}",
            f"published {reviews.day_words(day)}",
            *([] if due else ["nobody has reviewed it"]),
        ],
        due=due,
        tone=tone,
    )


def _due(edition: Edition) -> str:
    return reviews.day_words(reviews.next_due(edition))
