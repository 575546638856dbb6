"""How one condition differs from the others: the cells of the comparison table."""

from django.db import models
from django.db.models import Q

from clinic.personal_data import declare

from .explainer import Explainer


class Trait(models.Model):
    class Aspect(models.TextChoices):
        WHERE = "where", "Where it hurts"
        FEELS = "feels", "How it feels"
        WORSE = "worse", "What makes it worse"
        BETTER = "better", "What eases it"
        FOUND = "found", "How it is found"
        TELL_APART = "tell_apart", "What tells it apart"

    explainer = models.ForeignKey(Explainer, models.CASCADE, related_name="traits")
    aspect = models.CharField(max_length=10, choices=Aspect.choices)
    text = models.CharField(max_length=300, help_text="One or two short sentences with their sources.")
    position = models.PositiveSmallIntegerField(default=0)

    personal_data = declare(none="id explainer aspect text position")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="trait_aspect_once",
                fields=["explainer", "aspect"],
                violation_error_message="The page has this cell already. Choose another.",
            ),
            models.CheckConstraint(
                name="trait_known_aspect",
                condition=Q(aspect__in=["where", "feels", "worse", "better", "found", "tell_apart"]),
                violation_error_message="Choose one of the rows of the comparison.",
            ),
            models.CheckConstraint(
                name="trait_has_text",
                condition=~Q(text=""),
                violation_error_message="Write what the cell says.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_aspect_display()
