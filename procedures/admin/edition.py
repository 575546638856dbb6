"""Editions and their reviews: to be looked at, with their verbs."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from clinic.models import ClinicProfile
from clinic.staff import signed_in, site
from procedures import feedback, page, publishing, views
from procedures.desk import differences
from procedures.models import Edition, Review
from procedures.staff_forms import ReviewForm

from . import go_back
from .verb import ReadOnlyAdmin, verb_page, verb_url


@admin.register(Edition, site=site)
class EditionAdmin(ReadOnlyAdmin):
    change_form_template = "admin/procedures/edition.html"
    list_display = ("medical_name", "number", "published_at", "publisher", "reviewed_on")
    list_filter = ("explainer",)
    list_select_related = ("published_by",)
    fields = (
        "medical_name",
        "plain_name",
        "number",
        "published_at",
        "publisher",
        "change_note",
        "reviewed",
        "readers_say",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Edition]:
        return super().get_queryset(request).with_page_parts()  # type: ignore[attr-defined]

    @admin.display(description="Published by")
    def publisher(self, edition: Edition) -> str:
        return str(edition.published_by or "Content files")

    @admin.display(description="Reviewed on", empty_value="Not reviewed yet")
    def reviewed_on(self, edition: Edition) -> Any:
        return edition.review["reviewed_on"] if edition.review else None

    @admin.display(description="Review")
    def reviewed(self, edition: Edition) -> str:
        review = edition.review
        if not review:
            return "Not reviewed yet"
        days = {name: date_format(review[name], "F j, Y") for name in ("reviewed_on", "next_due")}
        return f"{review['name']}, {review['credential']}, on {days['reviewed_on']}; due again {days['next_due']}"

    @admin.display(description="Readers found it useful")
    def readers_say(self, edition: Edition) -> str:
        tally = feedback.tallies([edition.pk]).get(edition.pk, feedback.Tally())
        reasons = [f"{words} ({count})" for words, count in tally.reasons]
        return "; ".join([tally.share or "No reader has answered yet", *reasons])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        edition = self.get_object(request, object_id)
        may_go_back = (
            edition is not None
            and Edition.objects.filter(explainer=edition.explainer_id, number__gt=edition.number).exists()
            and signed_in(request).has_perm("procedures.publish_explainer")
        )
        context = {**(extra_context or {}), "may_go_back": may_go_back}
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        return [
            self.verb("read", "view_edition", read),
            self.verb("review", "review_edition", review),
            verb_url(self, "publish-again", "publish_explainer", go_back.publish_again),
            *super().get_urls(),
        ]


# /staff/procedures/edition/<pk>/read/
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Any edition as readers see or saw it: also those that are not public."""
    edition = get_object_or_404(Edition.objects.with_page_parts(), pk=pk)
    context = views.page_context(edition, ClinicProfile.load())
    return render(request, "procedures/explainer.html", context)


# /staff/procedures/edition/<pk>/review/
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=pk)
    if not request.user.has_role("Clinician"):  # type: ignore[union-attr]
        raise PermissionDenied
    form = ReviewForm(request.POST or None)
    context = {
        "title": f"Record a review of {edition}",
        "button": "Record the review",
        "explains": f"Readers will see that {request.user} has reviewed this edition.",
        "read_url": reverse("admin:procedures_edition_read", args=[edition.pk]),
        **since_last_review(edition),
    }

    def run() -> str:
        days = {name: form.cleaned_data[name] for name in ("reviewed_on", "next_due")}
        publishing.record_review(edition, by=request.user, **days)  # type: ignore[arg-type]
        return f"Your review of {edition} is recorded."

    return verb_page(request, edition, form, run, context)


def since_last_review(edition: Edition) -> dict[str, Any]:
    """What changed between the newest reviewed edition before this one and this one."""
    earlier = Edition.objects.filter(explainer=edition.explainer_id, number__lt=edition.number)
    last = earlier.filter(Exists(Review.objects.filter(edition=OuterRef("pk")))).order_by("-number").first()
    if last is None:
        return {}
    return {
        "comparison": differences.between(page.from_json(last.content), page.from_json(edition.content)),
        "differs_title": f"What changed since edition {last.number}, the last one with a review",
        "old_name": f"Edition {last.number}",
        "new_name": f"Edition {edition.number}",
    }
