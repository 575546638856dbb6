"""The working copy of a page: what editors change until they publish it."""

from typing import TYPE_CHECKING, Optional

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import resolve, reverse
from django.utils import timezone

from clinic.personal_data import declare
from clinic.public_change import shows_at_once

if TYPE_CHECKING:
    from .edition import Edition


class ExplainerQuerySet(models.QuerySet["Explainer"]):
    def published(self) -> "ExplainerQuerySet":
        """Those that readers may open now."""
        from .edition import Edition

        return self.filter(Exists(Edition.objects.public().filter(explainer=OuterRef("pk"))))


class Explainer(models.Model):
    class Kind(models.TextChoices):
        PROCEDURE = "procedure"
        CONDITION = "condition"

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    plain_name = models.CharField(max_length=65, help_text="The page's heading, in everyday words.")
    medical_name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, help_text="One or two sentences for search engines.")
    lead = models.TextField(help_text="The main message: one to three sentences with their sources.")
    author = models.CharField(max_length=120)
    first_published_on = models.DateField(default=timezone.localdate)
    related = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="related_from")
    is_withdrawn = models.BooleanField(
        "withdrawn", default=False, help_text="Takes the page off the site; its editions are kept."
    )
    # What the file said when it was last loaded: tells later edits from the file's own.
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)

    personal_data = declare(
        none="id slug kind plain_name medical_name description lead author first_published_on related is_withdrawn loaded_hash"
    )
    objects = ExplainerQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "plain_name"]
        verbose_name = "page"
        permissions = [("publish_explainer", "Can publish pages")]
        triggers = [shows_at_once()]
        constraints = [
            models.CheckConstraint(
                name="explainer_known_kind",
                condition=Q(kind__in=["procedure", "condition"]),
                violation_error_message="Choose procedure or condition.",
            )
        ]

    def __str__(self) -> str:
        return self.medical_name

    def get_absolute_url(self) -> str:
        return reverse(f"procedures:{self.kind}", args=[self.slug])

    @property
    def is_hidden(self) -> bool:
        """Whether another page of the site answers at its address, like /conditions/how-they-differ/."""
        return resolve(self.get_absolute_url()).view_name != f"procedures:{self.kind}"

    @property
    def current_edition(self) -> Optional["Edition"]:
        """The edition that readers see; None while there is none to show."""
        return self.editions.public().order_by("-number").first()


class Section(models.Model):
    explainer = models.ForeignKey(Explainer, models.CASCADE, related_name="sections")
    slot = models.SlugField(max_length=30, help_text="The section's place and address, like risks.")
    heading = models.CharField(max_length=120)
    body = models.TextField(help_text="Markdown. Sources in square brackets, like [@KUN14].")
    position = models.PositiveSmallIntegerField(default=0)

    personal_data = declare(none="id explainer slot heading body position")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="section_slot_once",
                fields=["explainer", "slot"],
                violation_error_message="The page has this section already. Choose another.",
            )
        ]

    def __str__(self) -> str:
        return self.heading


class KeyFact(models.Model):
    explainer = models.ForeignKey(Explainer, models.CASCADE, related_name="key_facts")
    label = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    personal_data = declare(none="id explainer label text position")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="key_fact_label_once",
                fields=["explainer", "label"],
                violation_error_message="Another key fact has this label. Choose another.",
            )
        ]

    def __str__(self) -> str:
        return self.label
