"""The pages on the staff home page."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse

from clinic.staff import Figure, Panel, signed_in

from .models import Edition, Review, SafetyText


def panel(request: HttpRequest) -> Panel | None:
    if not signed_in(request).has_perm("procedures.view_edition"):
        return None
    reviewed = Review.objects.of(OuterRef("explainer"), OuterRef("content_hash"))
    newest = Edition.objects.filter(explainer__is_withdrawn=False).order_by("explainer_id", "-number")
    unreviewed = Edition.objects.filter(
        ~Exists(reviewed), pk__in=newest.distinct("explainer_id").values("pk")
    ).count()
    text = SafetyText.objects.first()
    unsigned = int(text is not None and text.signed_off_at is None)
    return Panel(
        "Pages",
        [
            Figure(
                "Pages without a review", unreviewed,
                reverse("admin:procedures_edition_changelist"), "w" if unreviewed else "",
            ),
            Figure(
                "Safety text to sign off", unsigned,
                reverse("admin:procedures_safetytext_changelist"), "w" if unsigned else "",
            ),
        ],
    )  # fmt: skip
