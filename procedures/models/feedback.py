"""What readers say about an edition: counts, never persons (E56)."""

from django.db import models
from django.db.models import Q

from clinic.calendar import local_today
from clinic.personal_data import declare

from .edition import Edition


class Feedback(models.Model):
    """How often an edition got one answer on one day.

    The row without a reason counts the answers; those with a reason count how
    many of them said why. Nothing tells who answered.
    """

    class Reason(models.TextChoices):
        CLEAR = "clear", "It was clear"
        ANSWERED = "answered", "It answered my question"
        PREPARED = "prepared", "I know what to do next"
        HARD = "hard", "It was hard to understand"
        MISSING = "missing", "It did not answer my question"
        LONG = "long", "It was too long"
        DOUBTS = "doubts", "I do not know if I can trust it"
        OTHER = "other", "Something else"

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="feedback")
    on = models.DateField(default=local_today)
    is_useful = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    count = models.PositiveIntegerField(default=1)

    personal_data = declare(none="id edition on is_useful reason count")

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = verbose_name_plural = "answers of readers"
        constraints = [
            models.UniqueConstraint(
                name="feedback_is_one_row_a_day", fields=["edition", "on", "is_useful", "reason"]
            ),
            models.CheckConstraint(name="feedback_counts_from_one", condition=Q(count__gte=1)),
            models.CheckConstraint(
                name="feedback_reason_fits_the_answer",
                condition=Q(reason__in=["", "other"])
                | Q(is_useful=True, reason__in=["clear", "answered", "prepared"])
                | Q(is_useful=False, reason__in=["hard", "missing", "long", "doubts"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {'useful' if self.is_useful else 'not useful'}, {self.count}"
