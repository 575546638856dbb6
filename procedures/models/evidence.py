"""Numbers and their sources: stored once, rendered wherever they are told."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from clinic.personal_data import declare

from .explainer import Explainer

DOI = re.compile(r"^10\.[0-9]{4,9}/\S+$")
WRITE_THE_DOI = "Write the DOI like 10.1186/s13018-014-0139-7, without https://doi.org/ before it."
WRITE_THE_ADDRESS = "Write the whole address, beginning with https://"
ONE_KIND_OF_RESULT = "Give either so many people out of so many, or a mean score before and after: one pair."
# A code of its own, or the field puts its own words in place of these.
HTTPS = RegexValidator("^https://", WRITE_THE_ADDRESS, code="not_https")
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
        violation_error_message="Fill in both numbers or none, the second at least as large as the first.",
    )


class Reference(models.Model):
    key = models.CharField(max_length=20, unique=True, validators=[KEY])
    citation = models.TextField()
    doi = models.CharField("DOI", max_length=120, blank=True, validators=[RegexValidator(DOI, WRITE_THE_DOI)])
    url = models.URLField("address", max_length=300, blank=True, validators=[HTTPS])
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    study_type = models.CharField(max_length=80)
    size = models.CharField(max_length=120, help_text="How many people or studies, in words.")
    # What the file said when it was last loaded; see Explainer.loaded_hash.
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)

    personal_data = declare(none="id key citation doi url year study_type size loaded_hash")

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="reference_can_be_found",
                condition=~Q(doi="", url=""),
                violation_error_message="Give the DOI or the address, so that readers can find the source.",
            ),
            models.CheckConstraint(
                name="reference_doi_syntax",
                condition=Q(doi="") | Q(doi__regex=DOI.pattern),
                violation_error_message=WRITE_THE_DOI,
            ),
            models.CheckConstraint(
                name="reference_url_is_https",
                condition=Q(url="") | Q(url__startswith="https://"),
                violation_error_message=WRITE_THE_ADDRESS,
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
            models.UniqueConstraint(
                name="finding_key_once",
                fields=["explainer", "key"],
                violation_error_message="Another finding of this page has this key. Choose another.",
            ),
            share_is_whole("finding_share_is_whole"),
            models.CheckConstraint(
                name="finding_has_one_kind_of_result",
                condition=Q(numerator__isnull=False, before__isnull=True, after__isnull=True, scale="")
                | (Q(numerator__isnull=True, before__isnull=False, after__isnull=False) & ~Q(scale="")),
                violation_error_message=ONE_KIND_OF_RESULT,
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
            models.UniqueConstraint(
                name="risk_key_once",
                fields=["explainer", "key"],
                violation_error_message="Another risk of this page has this key. Choose another.",
            ),
            models.CheckConstraint(
                name="risk_known_group",
                condition=Q(group__in=["common", "uncommon", "serious"]),
                violation_error_message="Choose common, uncommon or serious.",
            ),
            share_is_whole("risk_share_is_whole"),
        ]

    def __str__(self) -> str:
        return self.name
