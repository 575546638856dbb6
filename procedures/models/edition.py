"""What was published and who reviewed it: rows that never change."""

import secrets
from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from clinic.personal_data import declare
from clinic.public_change import shows_at_once

from .explainer import Explainer
from .safety import SafetyText
from .shared_words import SharedWords


def opaque_code() -> str:
    """Names an edition in an address without saying which page it is (E52)."""
    return secrets.token_urlsafe(8)


class EditionQuerySet(models.QuerySet["Edition"]):
    def public(self) -> "EditionQuerySet":
        """Those that readers may see."""
        return self.filter(explainer__is_withdrawn=False).fit_for_readers()

    def fit_for_readers(self) -> "EditionQuerySet":
        """In production only what a clinician has reviewed; also of pages that are withdrawn."""
        if not settings.REQUIRE_CLINICAL_REVIEW:
            return self.all()
        return self.filter(Exists(Review.objects.of(OuterRef("explainer"), OuterRef("content_hash"))))

    def current(self) -> "EditionQuerySet":
        """The newest public edition of each page."""
        return self.public().order_by("explainer_id", "-number").distinct("explainer_id")

    def with_page_parts(self) -> "EditionQuerySet":
        """With all that the page shows beside the HTML, in one query."""
        review = Review.objects.of(OuterRef("explainer"), OuterRef("content_hash"))
        related = (
            Explainer.objects.published()
            .filter(related_from=OuterRef("explainer"))
            .order_by("kind", "plain_name")
            .values(row=JSONObject(kind="kind", slug="slug", text="plain_name"))
        )
        return self.select_related("explainer").annotate(
            review_row=review.values(row=Review.ROW)[:1], related_rows=ArraySubquery(related)
        )

    def with_safety_words(self) -> "EditionQuerySet":
        """With the words about danger signs that patients see today."""
        return self.annotate(safety_body=SafetyText.objects.shown_first().values("body")[:1])

    def with_signed_words(self, hashes: dict[str, str]) -> "EditionQuerySet":
        """With the names of the shared words that are signed off: readers may follow links to them."""
        signed = SharedWords.objects.of(hashes).signed_off().values("name")
        return self.annotate(signed_words=ArraySubquery(signed))


class Edition(models.Model):
    """One published state of a page: the words, and the HTML they were rendered to.

    `content_hash` stands for the words and numbers alone, so a review holds for
    every edition with the same words, whatever the templates make of them.
    """

    explainer = models.ForeignKey(Explainer, models.PROTECT, related_name="editions", verbose_name="page")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=16, unique=True, default=opaque_code)
    plain_name = models.CharField(max_length=65)
    medical_name = models.CharField(max_length=80)
    description = models.CharField(max_length=300)
    author = models.CharField(max_length=120)
    html = models.TextField()
    references_html = models.TextField()
    content = models.JSONField(default=dict, help_text="Everything the HTML was made from.")
    content_hash = models.CharField(max_length=64)
    change_note = models.CharField(max_length=200)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    personal_data = declare(
        keep="published_by",
        none="id explainer number code plain_name medical_name description author html references_html content content_hash change_note published_at",
    )
    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at"]
        permissions = [("review_edition", "Can record a clinical review")]
        constraints = [
            models.UniqueConstraint(name="edition_number_once", fields=["explainer", "number"]),
            models.CheckConstraint(name="edition_counts_from_one", condition=Q(number__gte=1)),
        ]
        triggers = [
            pgtrigger.Protect(name="edition_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            shows_at_once(),
        ]

    def __str__(self) -> str:
        return f"{self.medical_name}, edition {self.number}"

    @property
    def review(self) -> dict[str, Any] | None:
        """The newest review of these words, from with_page_parts()."""
        row = self.review_row  # type: ignore[attr-defined]
        if row is None:
            return None
        days = {name: date.fromisoformat(row[name]) for name in ("reviewed_on", "next_due")}
        return row | days | {"is_overdue": days["next_due"] < timezone.localdate()}

    @property
    def related_pages(self) -> list[dict[str, str]]:
        rows = self.related_rows  # type: ignore[attr-defined]
        return [
            {
                "kind": row["kind"],
                "text": row["text"],
                "url": reverse(f"procedures:{row['kind']}", args=[row["slug"]]),
            }
            for row in rows
        ]


class ReviewQuerySet(models.QuerySet["Review"]):
    def of(self, explainer: object, content_hash: object) -> "ReviewQuerySet":
        """Reviews of these words, the newest first."""
        return self.filter(edition__explainer=explainer, edition__content_hash=content_hash).order_by(
            "-reviewed_on", "-pk"
        )


class Review(models.Model):
    """A clinician read an edition and stands for it until the day it is due again (E17 to E19).

    Name and credential are kept as they were on that day.
    """

    ROW = JSONObject(
        name="reviewer_name", credential="credential", reviewed_on="reviewed_on", next_due="next_due"
    )

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewer_name = models.CharField(max_length=150)
    credential = models.CharField(max_length=60)
    reviewed_on = models.DateField()
    next_due = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)

    personal_data = declare(
        keep="reviewer reviewer_name credential", none="id edition reviewed_on next_due recorded_at"
    )
    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-reviewed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="review_is_due_within_a_year",
                condition=Q(
                    next_due__gt=F("reviewed_on"),
                    next_due__lte=ExpressionWrapper(
                        F("reviewed_on") + Value(timedelta(days=366)), output_field=models.DateTimeField()
                    ),
                ),
            ),
            models.CheckConstraint(
                name="review_names_the_reviewer", condition=~Q(reviewer_name="") & ~Q(credential="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="review_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            shows_at_once(),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, reviewed by {self.reviewer_name}, {self.credential}"
