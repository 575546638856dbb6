"""Numbers and their sources: stored once, rendered wherever they are told."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from clinic.personal_data import declare

from .explainer import Explainer

DOI = re.compile(r"^10\.[0-9]{4,9}/\S+$")
KEY = RegexValidator(r"^[A-Za-z][A-Za-z0-9_]*$", "Use letters, digits and the underscore, like KUN14.")


def share_is_whole(name: str) -> models.CheckConstraint:
    """A share is "numerator out of denominator": both or none, never more than all."""
    return models.CheckConstraint(
        name=name,
        condition=Q(numerator__isnull=True, denominator__isnull=True)
        | Q(
            numerator__isnull=False,
            denominator__isnull=False,
            denominator__gt=0,
            numerator__lte=F("denominator"),
        ),
    )


class Reference(models.Model):
    key = models.CharField(max_length=20, unique=True, validators=[KEY])
    citation = models.TextField()
    doi = models.CharField("DOI", max_length=120, blank=True)
    url = models.URLField("address", max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    study_type = models.CharField(max_length=80)
    size = models.CharField(max_length=120, help_text="How many people or studies, in words.")
    # What the file said when it was last loaded; see Explainer.loaded_hash.
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)

    personal_data = declare(none="id key citation doi url year study_type size loaded_hash")

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(name="reference_can_be_found", condition=~Q(doi="", url="")),
            models.CheckConstraint(
                name="reference_doi_syntax", condition=Q(doi="") | Q(doi__regex=DOI.pattern)
            ),
            models.CheckConstraint(
                name="reference_url_is_https", condition=Q(url="") | Q(url__startswith="https://")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.citation[:80]}"


class Finding(models.Model):
    """One result of a study: a share of people, or a mean score before and after."""

    explainer = models.ForeignKey(Explainer, models.CASCADE, related_name="findings")
    key = models.CharField(max_length=30, validators=[KEY])
    title = models.CharField(max_length=120)
    numerator = models.PositiveIntegerField(null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)
    before = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    after = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    scale = models.CharField(max_length=80, blank=True, help_text="What the two ends of the score mean.")
    what = models.CharField(max_length=200, help_text="Follows the number, like: had less pain.")
    population = models.CharField(max_length=200)
    time = models.CharField(max_length=120)
    design = models.CharField(max_length=120)
    limits = models.CharField(max_length=300)
    references = models.ManyToManyField(Reference)
    position = models.PositiveSmallIntegerField(default=0)

    personal_data = declare(
        none="id explainer key title numerator denominator before after scale what population time design limits references position"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="finding_key_once", fields=["explainer", "key"]),
            share_is_whole("finding_share_is_whole"),
            models.CheckConstraint(
                name="finding_has_one_kind_of_result",
                condition=Q(numerator__isnull=False, before__isnull=True, after__isnull=True, scale="")
                | (Q(numerator__isnull=True, before__isnull=False, after__isnull=False) & ~Q(scale="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Risk(models.Model):
    class Group(models.TextChoices):
        COMMON = "common"
        UNCOMMON = "uncommon"
        SERIOUS = "serious"

    explainer = models.ForeignKey(Explainer, models.CASCADE, related_name="risks")
    key = models.CharField(max_length=30, validators=[KEY])
    group = models.CharField(max_length=10, choices=Group.choices)
    name = models.CharField(max_length=80)
    numerator = models.PositiveIntegerField(
        null=True, blank=True, help_text="Leave both numbers empty when there is no reliable number."
    )
    denominator = models.PositiveIntegerField(null=True, blank=True)
    number_note = models.CharField(max_length=200, blank=True)
    what_it_is = models.CharField(max_length=250)
    what_to_do = models.CharField(max_length=250)
    references = models.ManyToManyField(Reference)
    position = models.PositiveSmallIntegerField(default=0)

    personal_data = declare(
        none="id explainer key group name numerator denominator number_note what_it_is what_to_do references position"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="risk_key_once", fields=["explainer", "key"]),
            models.CheckConstraint(
                name="risk_known_group", condition=Q(group__in=["common", "uncommon", "serious"])
            ),
            share_is_whole("risk_share_is_whole"),
        ]

    def __str__(self) -> str:
        return self.name
