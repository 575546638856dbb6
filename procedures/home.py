"""The pages on the staff home page."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clinic.panels import Figure, Item, Panel
from clinic.staff import signed_in

from .models import Edition, Review, SafetyText

SHOWN = 5


def panel(request: HttpRequest) -> Panel | None:
    if not signed_in(request).has_perm("procedures.view_edition"):
        return None
    waiting, url = unreviewed(), reverse("admin:procedures_edition_changelist")
    text = SafetyText.objects.first()
    unsigned = int(text is not None and text.signed_off_at is None)
    texts_url = reverse("admin:procedures_safetytext_changelist")
    return Panel(
        "Pages",
        [
            Figure("Pages without a review", len(waiting), url, "w" if waiting else ""),
            Figure("Safety text to sign off", unsigned, texts_url, "w" if unsigned else ""),
        ],
        list_title="Waiting for a review",
        items=[_item(edition) for edition in waiting[:SHOWN]],
        nothing="A clinician has reviewed every page.",
        more=Item(f"All {len(waiting)} without a review", url) if len(waiting) > SHOWN else None,
        covers=("procedures",),
        tables="procedures",
    )


def unreviewed() -> list[Edition]:
    """The newest edition of each page whose words no clinician has reviewed; the oldest first."""
    reviewed = Review.objects.of(OuterRef("explainer"), OuterRef("content_hash"))
    newest = Edition.objects.filter(explainer__is_withdrawn=False).order_by("explainer_id", "-number")
    waiting = Edition.objects.filter(~Exists(reviewed), pk__in=newest.distinct("explainer_id").values("pk"))
    return list(waiting.only("plain_name", "number", "published_at").order_by("published_at"))


def _item(edition: Edition) -> Item:
    day = timezone.localtime(edition.published_at)
    return Item(
        edition.plain_name,
        reverse("admin:procedures_edition_change", args=[edition.pk]),
        [f"Edition {edition.number}", f"published {day:%B} {day.day}, {day.year}"],
    )
