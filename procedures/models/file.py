"""Files made from an edition: leaflets on paper and its picture for links."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.personal_data import declare

from .edition import Edition


class EditionFile(models.Model):
    """One made file, kept until what went into it changes; it can be made again at any time."""

    class Variant(models.TextChoices):
        LETTER = "letter"
        A4 = "a4"
        LARGE = "large", "Large print, letter"
        LARGE_A4 = "large-a4", "Large print, A4"
        IMAGE = "image"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="files")
    variant = models.CharField(max_length=10, choices=Variant.choices)
    # Of all that was put in: the words, the review, the clinic's phone, the layout.
    inputs_hash = models.CharField(max_length=64)
    body = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    personal_data = declare(none="id edition variant inputs_hash body made_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="edition_file_once", fields=["edition", "variant"]),
            models.CheckConstraint(
                name="edition_file_known_variant",
                condition=Q(variant__in=["letter", "a4", "large", "large-a4", "image"]),
            ),
            models.CheckConstraint(name="edition_file_is_not_empty", condition=~Q(body=b"")),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, {self.variant}"
